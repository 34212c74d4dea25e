/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mdev devices by sysfs: create, remove, and what a type's files say.
 */
#ifndef SELFTESTS_MDEV_H
#define SELFTESTS_MDEV_H

#include <stdbool.h>
#include <stddef.h>

#define UUID_LEN 37

/* The tests' own range of UUIDs, by number; the sweep removes what a killed test left. */
void mdev_uuid(char uuid[UUID_LEN], unsigned int number);
void mdev_sweep(void);

/* 0 or -errno as the write to sysfs gave it */
int mdev_create(const char *uuid);
/* As mdev_create(), after removing one that a test which failed has left. */
int mdev_renew(const char *uuid);
int mdev_create_raw(const char *type, const char *text);
int mdev_remove(const char *uuid);
bool mdev_exists(const char *uuid);

/* A type's file, without its last newline; length or -errno. */
int mdev_type_file(const char *type, const char *file, char *text, size_t size);
int mdev_available(const char *type);

#endif
