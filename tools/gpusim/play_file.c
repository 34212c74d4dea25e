// SPDX-License-Identifier: GPL-2.0
/* Reads a file whole into memory; through zlib, if there is one, which takes plain files too. */
#include "play.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (1u << 30)
#define FIRST_ROOM (1u << 20)

#ifdef HAVE_ZLIB
#include <zlib.h>

#define play_stream gzFile

static play_stream open_stream(const char *path)
{
	return gzopen(path, "rbe");
}

static long read_stream(play_stream s, void *buf, unsigned int len)
{
	return gzread(s, buf, len);
}

static int close_stream(play_stream s)
{
	return gzclose(s) == Z_OK ? 0 : -EIO;
}
#else
#include <stdio.h>

#define play_stream FILE *

static play_stream open_stream(const char *path)
{
	return fopen(path, "rbe");
}

static long read_stream(play_stream s, void *buf, unsigned int len)
{
	size_t n = fread(buf, 1, len, s);

	return ferror(s) ? -1 : (long)n;
}

static int close_stream(play_stream s)
{
	return fclose(s) ? -EIO : 0;
}
#endif

static int read_all(play_stream s, uint8_t **data, size_t *size)
{
	size_t room = 0, have = 0;
	uint8_t *grown;
	long n;

	do {
		if (have == room) {
			if (room >= FILE_MAX)
				return -EFBIG;
			room = room ? room * 2 : FIRST_ROOM;
			grown = realloc(*data, room);
			if (!grown)
				return -ENOMEM;
			*data = grown;
		}
		n = read_stream(s, *data + have, (unsigned int)(room - have));
		if (n < 0)
			return -EIO;
		have += (size_t)n;
	} while (n);
	*size = have;
	return 0;
}

int play_read_file(const char *path, uint8_t **data, size_t *size)
{
	play_stream s;
	int ret, end;

	*data = NULL;
	errno = 0;
	s = open_stream(path);
	if (!s)
		return errno ? -errno : -ENOMEM;
	ret = read_all(s, data, size);
	end = close_stream(s);
	if (!ret)
		ret = end;
	if (ret) {
		free(*data);
		*data = NULL;
	}
	return ret;
}
