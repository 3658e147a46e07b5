/*
 * encoding.c
 *		The bytes of a file as UTF-8.
 */
#include "encoding.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "task.h"
#include "chars.h"
#include "words.h"

#define BLOCK 65536

struct Decoder
{
	int			fd;
	char	   *encoding;
	iconv_t		converter;		/* (iconv_t) -1: it is UTF-8 already */
	bool		verified;		/* all of it is valid UTF-8 */
	long long	size;
	long long	done;
	int			mark;			/* bytes of the byte order mark */
	char		raw[BLOCK];		/* read and not converted yet */
	size_t		at;
	size_t		count;
	bool		ended;
};

static size_t
read_block(int fd, char *into, size_t size)
{
	ssize_t		got;

	do
		got = read(fd, into, size);
	while (got < 0 && errno == EINTR);
	return got < 0 ? 0 : (size_t) got;
}

/* Whether a file is UTF-8; *nuls: how many NULs it has, *ascii: whether it is ASCII alone, *bad: where it is not UTF-8. */
static bool
is_utf8(int fd, long long *nuls, long long *bad)
{
	unsigned char block[BLOCK + 8];
	size_t		kept = 0;
	long long	before = 0;

	*nuls = 0;
	lseek(fd, 0, SEEK_SET);
	for (;;)
	{
		size_t		got = read_block(fd, (char *) block + kept, BLOCK - 8);
		size_t		have = kept + got, i = 0;

		while (i < have)
		{
			int			length;

			while (have - i >= 8)
			{
				uint64_t	eight;

				memcpy(&eight, block + i, 8);
				if (eight & UINT64_C(0x8080808080808080) || ((eight - UINT64_C(0x0101010101010101)) & ~eight & UINT64_C(0x8080808080808080)))
					break;
				i += 8;
			}
			if (i >= have)
				break;
			if (block[i] < 0x80)
			{
				*nuls += block[i] == 0;
				i++;
				continue;
			}
			if (have - i < 4 && got > 0)
				break;			/* the rest may come */
			length = utf8_length(block + i, have - i);
			if (length == 0)
			{
				*bad = before + (long long) i;
				return false;
			}
			i += (size_t) length;
		}
		if (got == 0)
			return true;
		kept = have - i;
		memmove(block, block + i, kept);
		before += (long long) i;
	}
}

/* Whether a file can be read in an encoding, all of it. */
static bool
is_valid(int fd, const char *encoding)
{
	iconv_t		converter = iconv_open("UTF-8", encoding);
	char		in[BLOCK], out[BLOCK];
	size_t		kept = 0;
	bool		valid = converter != (iconv_t) -1;

	lseek(fd, 0, SEEK_SET);
	while (valid)
	{
		size_t		got = read_block(fd, in + kept, sizeof in - kept);
		char	   *from = in;
		size_t		left = kept + got;

		while (left > 0)
		{
			char	   *to = out;
			size_t		room = sizeof out;

			if (iconv(converter, &from, &left, &to, &room) != (size_t) -1 || errno == E2BIG)
				continue;
			valid = errno == EINVAL && got > 0;
			break;
		}
		kept = left;
		memmove(in, from, kept);
		if (got == 0)
			break;
	}
	if (converter != (iconv_t) -1)
		iconv_close(converter);
	return valid && kept == 0;
}

/* A NUL in nearly every other byte: 'L' or 'B' for the order of UTF-16, else 0. */
static char
looks_utf16(int fd)
{
	char		block[4096];
	size_t		got, even = 0, odd = 0;

	lseek(fd, 0, SEEK_SET);
	got = read_block(fd, block, sizeof block);
	for (size_t i = 0; i + 1 < got; i += 2)
		even += block[i] == 0, odd += block[i + 1] == 0;
	if (got >= 4 && odd * 5 > got / 2 && even * 20 < got)
		return 'L';
	return got >= 4 && even * 5 > got / 2 && odd * 20 < got ? 'B' : 0;
}

Decoder *
open_decoder(const char *path, const char *encoding, char **problem)
{
	Decoder    *decoder = need(sizeof *decoder);
	struct stat status;
	unsigned char first[4] = {0};
	long long	nuls = 0, bad = 0;
	const char *found = NULL;
	char		order;

	decoder->converter = (iconv_t) -1;
	decoder->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (decoder->fd < 0 || fstat(decoder->fd, &status) != 0 || !S_ISREG(status.st_mode))
	{
		*problem = need_format("%s: %s", path, decoder->fd < 0 ? strerror(errno) : TEXT("it is no ordinary file", "不是普通文件"));
		close_decoder(decoder);
		return NULL;
	}
	decoder->size = status.st_size;
	if (pread(decoder->fd, first, sizeof first, 0) < 0)
	{
		*problem = need_format("%s: %s", path, strerror(errno));
		close_decoder(decoder);
		return NULL;
	}
	if (memcmp(first, "\xEF\xBB\xBF", 3) == 0)
		found = "UTF-8", decoder->mark = 3;
	else if (memcmp(first, "\xFF\xFE", 2) == 0)
		found = "UTF-16LE", decoder->mark = 2;
	else if (memcmp(first, "\xFE\xFF", 2) == 0)
		found = "UTF-16BE", decoder->mark = 2;
	if (encoding)
		found = encoding;
	else if (!found && (order = looks_utf16(decoder->fd)) != 0)
		found = order == 'L' ? "UTF-16LE" : "UTF-16BE";
	else if (!found)
	{
		if (is_utf8(decoder->fd, &nuls, &bad))
			found = "UTF-8", decoder->verified = true;
		else if (is_valid(decoder->fd, "GB18030"))
			found = "GB18030";
		else
		{
			*problem = need_format(TEXT("%s: it is neither UTF-8 (byte %lld is not) nor GB18030 nor UTF-16; if it is text, say --encoding, as in --encoding latin1",
									"%s：既不是UTF-8（第%lld字节不符），也不是GB18030或UTF-16；如果是文本，请用 --encoding 指明，例如 --encoding latin1"), path, bad + 1);
			close_decoder(decoder);
			return NULL;
		}
	}
	decoder->encoding = need_copy(found);
	if (strcasecmp(found, "UTF-8") != 0 && strcasecmp(found, "UTF8") != 0)
	{
		decoder->converter = iconv_open("UTF-8", found);
		if (decoder->converter == (iconv_t) -1)
		{
			*problem = need_format(TEXT("there is no encoding \"%s\"; such are UTF-8, GB18030, UTF-16LE, Big5, latin1", "没有“%s”这种编码；可用 UTF-8、GB18030、UTF-16LE、Big5、latin1 等"), found);
			close_decoder(decoder);
			return NULL;
		}
	}
	rewind_decoder(decoder);
	return decoder;
}

void
close_decoder(Decoder *decoder)
{
	if (decoder->fd >= 0)
		close(decoder->fd);
	if (decoder->converter != (iconv_t) -1)
		iconv_close(decoder->converter);
	free(decoder->encoding);
	free(decoder);
}

void
rewind_decoder(Decoder *decoder)
{
	lseek(decoder->fd, decoder->mark, SEEK_SET);
	decoder->done = decoder->mark;
	decoder->at = decoder->count = 0;
	decoder->ended = false;
	if (decoder->converter != (iconv_t) -1)
		iconv(decoder->converter, NULL, NULL, NULL, NULL);
}

const char *
decoder_encoding(const Decoder *decoder)
{
	return decoder->encoding;
}

long long
decoder_size(const Decoder *decoder)
{
	return decoder->size;
}

long long
decoder_done(const Decoder *decoder)
{
	return decoder->done;
}

static void
fill(Decoder *decoder)
{
	size_t		got;

	memmove(decoder->raw, decoder->raw + decoder->at, decoder->count - decoder->at);
	decoder->count -= decoder->at;
	decoder->at = 0;
	got = read_block(decoder->fd, decoder->raw + decoder->count, sizeof decoder->raw - decoder->count);
	decoder->done += (long long) got;
	decoder->count += got;
	decoder->ended = got == 0;
}

/* UTF-8 that is not known to be valid. */
static size_t
copy_utf8(Decoder *decoder, char *into, size_t size)
{
	size_t		out = 0;

	while (out + 4 <= size && decoder->at < decoder->count)
	{
		const unsigned char *s = (unsigned char *) decoder->raw + decoder->at;
		size_t		left = decoder->count - decoder->at;
		int			length = utf8_length(s, left);

		if (length == 0)
		{
			if (left < 4 && !decoder->ended)
				break;
			memcpy(into + out, "\xEF\xBF\xBD", 3);
			out += 3;
			decoder->at++;
			continue;
		}
		memcpy(into + out, s, (size_t) length);
		out += (size_t) length;
		decoder->at += (size_t) length;
	}
	return out;
}

size_t
decode(Decoder *decoder, char *into, size_t size)
{
	if (decoder->verified)
	{
		size_t		got = read_block(decoder->fd, into, size);

		decoder->done += (long long) got;
		return got;
	}
	for (;;)
	{
		size_t		out = 0;

		if (decoder->count - decoder->at < 16 && !decoder->ended)
			fill(decoder);
		if (decoder->converter == (iconv_t) -1)
			out = copy_utf8(decoder, into, size);
		else
		{
			char	   *from = decoder->raw + decoder->at, *to = into;
			size_t		left = decoder->count - decoder->at, room = size;

			if (left > 0 && iconv(decoder->converter, &from, &left, &to, &room) == (size_t) -1 && errno != E2BIG && room >= 3 &&
				(errno == EILSEQ || decoder->ended))
			{
				memcpy(to, "\xEF\xBF\xBD", 3);
				to += 3;
				room -= 3;
				from++;
			}
			decoder->at = (size_t) (from - decoder->raw);
			out = size - room;
		}
		if (out > 0 || (decoder->ended && decoder->at >= decoder->count))
			return out;
		if (!decoder->ended)
			fill(decoder);
	}
}
