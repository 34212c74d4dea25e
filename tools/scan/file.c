// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a whole file; one whose name ends in .gz is unpacked.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "file.h"

#define PIECE	(1u << 20)
#define MOST	(1u << 30)

static bool packed(const char *name)
{
	size_t len = strlen(name);

	return len > 3 && !strcmp(name + len - 3, ".gz");
}

/* One of the two: @plain, or @gz when it is packed. */
static long read_piece(FILE *plain, gzFile gz, void *to)
{
	size_t n;

	if (gz)
		return gzread(gz, to, PIECE);
	n = fread(to, 1, PIECE, plain);
	return ferror(plain) ? -1 : (long)n;
}

static char *read_all(FILE *plain, gzFile gz, size_t *size)
{
	char *buf = NULL, *grown;
	long n = 1;

	for (*size = 0; n > 0; *size += n) {
		grown = *size < MOST ? realloc(buf, *size + PIECE) : NULL;
		if (!grown) {
			errno = EFBIG;
			free(buf);
			return NULL;
		}
		buf = grown;
		errno = 0;
		n = read_piece(plain, gz, buf + *size);
		if (n < 0) {
			errno = errno ? errno : EIO;
			free(buf);
			return NULL;
		}
	}
	return buf;
}

void *file_read(const char *name, size_t *size)
{
	char *buf = NULL;
	gzFile gz = NULL;
	FILE *f = NULL;

	if (packed(name))
		gz = gzopen(name, "rb");
	else
		f = fopen(name, "rb");
	if (!gz && !f)
		return NULL;
	buf = read_all(f, gz, size);
	if (f)
		fclose(f);
	/* A packed file that breaks off is known only now. */
	if (gz && gzclose(gz) != Z_OK && buf) {
		free(buf);
		buf = NULL;
		errno = EIO;
	}
	return buf;
}
