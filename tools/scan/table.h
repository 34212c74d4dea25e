/* SPDX-License-Identifier: GPL-2.0 */
/* The command rows as JSON, for documents and for comparisons with other descriptions. */
#ifndef SCAN_TABLE_H
#define SCAN_TABLE_H

void table_print(void);

#endif
