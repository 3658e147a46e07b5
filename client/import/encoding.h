/*
 * encoding.h
 *		The bytes of a file as UTF-8.
 *
 * The encoding is found by looking through the whole file: by its byte order mark; else what is valid UTF-8 is
 * UTF-8, what has a NUL in every other byte UTF-16, what is valid GB18030 that. Nothing else is guessed.
 */
#ifndef EMGOV_IMPORT_ENCODING_H
#define EMGOV_IMPORT_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Decoder Decoder;

/* NULL with *problem (to be freed) when the file cannot be opened, or is no text in any encoding that can be told. */
extern Decoder *open_decoder(const char *path, const char *encoding, char **problem);
extern void close_decoder(Decoder *decoder);
extern void rewind_decoder(Decoder *decoder);
extern const char *decoder_encoding(const Decoder *decoder);
extern long long decoder_size(const Decoder *decoder);
extern long long decoder_done(const Decoder *decoder);

/* Up to `size` (at least 16) bytes of UTF-8; 0 at the end. What is no character becomes U+FFFD. */
extern size_t decode(Decoder *decoder, char *into, size_t size);

#endif
