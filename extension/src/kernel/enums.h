/*
 * enums.h
 *		The enumerations of the extension, known to C by their position.
 *
 * The order of the values is their order in SQL: from light to grave.
 */
#ifndef EMGOV_ENUMS_H
#define EMGOV_ENUMS_H

typedef enum Severity
{
	SEVERITY_GENERAL,
	SEVERITY_LARGER,
	SEVERITY_MAJOR,
	SEVERITY_EXTRAORDINARY,
} Severity;

typedef enum RemediationOutcome
{
	REMEDIATION_PENDING,
	REMEDIATION_EXITED,
	REMEDIATION_UPGRADED,
} RemediationOutcome;

typedef enum PenaltyKind
{
	PENALTY_OTHER,
	PENALTY_WARNING,
	PENALTY_CRITICISM,
	PENALTY_FINE,
	PENALTY_CONFISCATION,
	PENALTY_SUSPENSION,
	PENALTY_DOWNGRADE,
	PENALTY_RESTRICTION,
	PENALTY_SHUTDOWN,
	PENALTY_CLOSURE,
	PENALTY_REVOCATION,
	PENALTY_DETENTION,
} PenaltyKind;

#define PENALTY_KINDS (PENALTY_DETENTION + 1)
#define ENUM_MAX_VALUES PENALTY_KINDS

/*
 * One value: its label, and the Chinese terms for it, the official one first,
 * separated by bars.
 */
typedef struct EnumLabel
{
	const char *label;
	const char *chinese;
} EnumLabel;

typedef struct EnumType
{
	const char *name;
	int			values;
	EnumLabel	value[ENUM_MAX_VALUES];
	bool		known;			/* are the OIDs those of the catalog now? */
	Oid			oid[ENUM_MAX_VALUES];
} EnumType;

extern EnumType severity_enum;
extern EnumType remediation_outcome_enum;
extern EnumType penalty_kind_enum;

extern void enum_learn_oids(EnumType *type);
pg_noreturn extern void enum_refuse_value(EnumType *type, Oid value);

/* Which value of the type an OID is; an error for one that it does not have. */
static inline int
enum_position(EnumType *type, Oid value)
{
	if (unlikely(!type->known))
		enum_learn_oids(type);
	for (int i = 0; i < type->values; i++)
		if (type->oid[i] == value)
			return i;
	enum_refuse_value(type, value);
}

/* The OID of a value. */
static inline Oid
enum_value(EnumType *type, int position)
{
	if (unlikely(!type->known))
		enum_learn_oids(type);
	return type->oid[position];
}

#endif							/* EMGOV_ENUMS_H */
