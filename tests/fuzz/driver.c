/*
 * driver.c
 *		Runs a fuzz target without libFuzzer: its seeds, then mutations of them.
 *
 *		TARGET [ITERATIONS]
 *
 * Repeatable: EMGOV_SEED chooses another run.  A failing input is printed in hex.
 */
#include <signal.h>
#include <unistd.h>

#include "fuzz.h"
#include "../unit/unit.h"

#define LONGEST 400

static uint8_t input[LONGEST];
static size_t size;

/* Show what the target stopped at. */
static void
show_input(int signal_number)
{
	static const char digits[] = "0123456789abcdef";
	char		text[2 * LONGEST + 1];

	for (size_t i = 0; i < size; i++)
	{
		text[2 * i] = digits[input[i] >> 4];
		text[2 * i + 1] = digits[input[i] & 15];
	}
	text[2 * size] = '\n';
	if (write(STDERR_FILENO, "input: ", 7) < 0 || write(STDERR_FILENO, text, 2 * size + 1) < 0)
		_exit(3);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static size_t
below(size_t limit)
{
	return (size_t) (unit_random() % limit);
}

/* A byte of the kind that matters to the parsers, or any. */
static uint8_t
some_byte(void)
{
	static const char likely[] = "0123456789.-+/:= \tAXOIxeabz_%\xE4\xBD\xA0\xEF\xBC\x91\xFF";

	return below(4) ? (uint8_t) likely[below(sizeof(likely))] : (uint8_t) unit_random();
}

static void
mutate(void)
{
	size_t		at = below(size + 1);
	size_t		length;

	switch (below(6))
	{
		case 0:					/* change a byte */
			if (at < size)
				input[at] = some_byte();
			break;
		case 1:					/* flip a bit */
			if (at < size)
				input[at] ^= (uint8_t) (1 << below(8));
			break;
		case 2:					/* insert a byte */
			if (size < LONGEST)
			{
				memmove(input + at + 1, input + at, size - at);
				input[at] = some_byte();
				size++;
			}
			break;
		case 3:					/* cut out some */
			length = below(size - at + 1);
			memmove(input + at, input + at + length, size - at - length);
			size -= length;
			break;
		case 4:					/* repeat some */
			length = below(size - at + 1);
			if (size + length <= LONGEST)
			{
				memmove(input + at + length, input + at, size - at);
				size += length;
			}
			break;
		case 5:					/* the end of another seed */
			{
				size_t		seeds = 0;
				const char *other;

				while (fuzz_seeds[seeds] != NULL)
					seeds++;
				other = fuzz_seeds[below(seeds)];
				other += below(strlen(other) + 1);
				length = strlen(other);
				if (at + length <= LONGEST)
				{
					memcpy(input + at, other, length);
					size = at + length;
				}
			}
			break;
	}
}

int
main(int argc, char **argv)
{
	long		iterations = argc > 1 ? atol(argv[1]) : 100000;
	size_t		seeds = 0;

	signal(SIGABRT, show_input);
	while (fuzz_seeds[seeds] != NULL)
		seeds++;
	for (long i = 0; i < iterations; i++)
	{
		const char *seed = fuzz_seeds[(size_t) i % seeds];

		size = strlen(seed);
		memcpy(input, seed, size);
		for (size_t n = (size_t) i < seeds ? 0 : 1 + below(8); n > 0; n--)
			mutate();
		LLVMFuzzerTestOneInput(input, size);
	}
	printf("%ld inputs\n", iterations);
	return 0;
}
