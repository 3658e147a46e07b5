/*
 * counters.h
 *		Vectors of exact counters that add and subtract: what every summary is.
 *
 * Free of server headers.  A Family describes one summary type: its counters,
 * and the figures that follow from them.  The functions here implement, for
 * every family alike, the commutative group (zero, add, subtract, negate),
 * order, and the text form.
 *
 * What follows from the counters is never stored, so a summary whose total
 * disagrees with its parts cannot be written down.
 */
#ifndef EMGOV_CORE_COUNTERS_H
#define EMGOV_CORE_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/decimal.h"

typedef enum FieldKind
{
	FIELD_COUNT,				/* a whole number */
	FIELD_MONEY,				/* fen, written as yuan */
} FieldKind;

typedef struct Field
{
	const char *name;
	FieldKind	kind;
} Field;

#define FAMILY_MAX_FIELDS 24
#define FAMILY_MAX_WORDS (2 * FAMILY_MAX_FIELDS)

/* A count that follows from the counters: the sum of weight[i] * field i. */
typedef struct DerivedField
{
	const char *name;
	signed char weight[FAMILY_MAX_FIELDS];
} DerivedField;

typedef struct Family
{
	const char *type_name;
	int			fields;
	const Field *field;
	int			derived;
	const DerivedField *derive;
	int			periods;		/* 1; or 2: every field for the period and,
								 * behind all of those, again for its base */
	int			words;			/* of the whole value: fields * periods */
} Family;

#define FAMILY_LENGTH(array) ((int) (sizeof(array) / sizeof((array)[0])))

/* An initialiser for a family with derived fields. */
#define FAMILY(type_name, field, derive, periods) \
	{type_name, FAMILY_LENGTH(field), field, FAMILY_LENGTH(derive), derive, \
	 periods, FAMILY_LENGTH(field) * (periods)}

/* Which counter an operation failed at, and why. */
typedef struct CountersError
{
	enum
	{
		COUNTERS_OK,
		COUNTERS_OVERFLOW,		/* of counter `field` */
		COUNTERS_SYNTAX,		/* text does not start a field at `position` */
		COUNTERS_UNKNOWN,		/* no such field, at `position` */
		COUNTERS_DERIVED,		/* a derived field was given, at `position` */
		COUNTERS_TWICE,			/* a field was given twice, at `position` */
		COUNTERS_NUMBER,		/* not a number of its kind, at `position` */
		COUNTERS_RANGE,			/* number out of range, at `position` */
		COUNTERS_PRECISION,		/* too many decimals, at `position` */
	}			kind;
	int			field;			/* index, of derived fields too; -1 if none */
	size_t		position;		/* byte of the text, from 0 */
} CountersError;

/* The longest text: each field's name, `=`, two numbers, `/`, a space. */
#define COUNTERS_TEXT_SIZE (FAMILY_MAX_FIELDS * (64 + 2 * DECIMAL_TEXT_SIZE + 3))

extern void counters_zero(const Family *family, int64_t *words);
extern bool counters_add(const Family *family, int64_t *a, const int64_t *b, CountersError *error);
extern bool counters_negate(const Family *family, int64_t *a, CountersError *error);
extern bool counters_subtract(const Family *family, int64_t *a, const int64_t *b, CountersError *error);
extern int	counters_compare(const Family *family, const int64_t *a, const int64_t *b);
extern bool counters_derive(const Family *family, int derived, const int64_t *words, int64_t *result);
extern const char *counters_field_name(const Family *family, int field);
extern size_t counters_print(const Family *family, const int64_t *words, char *text);
extern bool counters_parse(const Family *family, const char *text, int64_t *words, CountersError *error);

#endif							/* EMGOV_CORE_COUNTERS_H */
