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

typedef struct EnumType EnumType;

extern EnumType severity_enum;
extern EnumType remediation_outcome_enum;
extern EnumType penalty_kind_enum;

extern int	enum_position(EnumType *type, Oid value);
extern Oid	enum_value(EnumType *type, int position);

#endif							/* EMGOV_ENUMS_H */
