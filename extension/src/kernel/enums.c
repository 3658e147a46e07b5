/*
 * enums.c
 *		The enumerations of the extension, known to C by their position.
 *
 * A value of an enumeration is an OID that differs from database to database,
 * so each type's OIDs are looked up once and kept until the catalog changes.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "parser/scansup.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "kernel/enums.h"

/* State Council Order 493, article 3 */
EnumType	severity_enum = {
	.name = "severity", .values = 4, .value = {
		[SEVERITY_GENERAL] = {"general", "一般|一般事故"},
		[SEVERITY_LARGER] = {"larger", "较大|较大事故"},
		[SEVERITY_MAJOR] = {"major", "重大|重大事故"},
		[SEVERITY_EXTRAORDINARY] = {"extraordinary", "特别重大|特别重大事故"},
	}
};

EnumType	remediation_outcome_enum = {
	.name = "remediation_outcome", .values = 3, .value = {
		[REMEDIATION_PENDING] = {"pending", "整治中"},
		[REMEDIATION_EXITED] = {"exited", "退出"},
		[REMEDIATION_UPGRADED] = {"upgraded", "提升"},
	}
};

/*
 * Law on Administrative Penalties (2021), article 9, in the order that the
 * statutory annual table counts by: a listed kind is heavier than "other".
 */
EnumType	penalty_kind_enum = {
	.name = "penalty_kind", .values = PENALTY_KINDS, .value = {
		[PENALTY_OTHER] = {"other", "其他"},
		[PENALTY_WARNING] = {"warning", "警告"},
		[PENALTY_CRITICISM] = {"criticism", "通报批评"},
		[PENALTY_FINE] = {"fine", "罚款"},
		[PENALTY_CONFISCATION] = {"confiscation", "没收违法所得、没收非法财物|没收违法所得|没收非法财物|没收"},
		[PENALTY_SUSPENSION] = {"suspension", "暂扣许可证件"},
		[PENALTY_DOWNGRADE] = {"downgrade", "降低资质等级"},
		[PENALTY_RESTRICTION] = {"restriction", "限制开展生产经营活动"},
		[PENALTY_SHUTDOWN] = {"shutdown", "责令停产停业"},
		[PENALTY_CLOSURE] = {"closure", "责令关闭、限制从业|责令关闭|限制从业"},
		[PENALTY_REVOCATION] = {"revocation", "吊销许可证件"},
		[PENALTY_DETENTION] = {"detention", "行政拘留"},
	}
};

static EnumType *const enum_types[] = {&severity_enum, &remediation_outcome_enum, &penalty_kind_enum};

/* ------------------------------------------------------------------ OIDs */

static void
forget_oids(Datum arg pg_attribute_unused(), int cacheid pg_attribute_unused(),
			uint32 hashvalue pg_attribute_unused())
{
	for (int i = 0; i < (int) lengthof(enum_types); i++)
		enum_types[i]->known = false;
}

/* Read the OIDs of a type's values from the catalog. */
void
enum_learn_oids(EnumType *type)
{
	static bool registered = false;
	Oid			namespace_oid = get_namespace_oid("emgov", false);
	Oid			type_oid = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
										   CStringGetDatum(type->name),
										   ObjectIdGetDatum(namespace_oid));

	if (!registered)
	{
		CacheRegisterSyscacheCallback(ENUMOID, forget_oids, (Datum) 0);
		CacheRegisterSyscacheCallback(TYPEOID, forget_oids, (Datum) 0);
		registered = true;
	}
	for (int i = 0; i < type->values; i++)
	{
		HeapTuple	tuple = SearchSysCache2(ENUMTYPOIDNAME, ObjectIdGetDatum(type_oid),
											CStringGetDatum(type->value[i].label));

		if (!HeapTupleIsValid(tuple))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_OBJECT),
					 errmsg("type emgov.%s has no value \"%s\"", type->name, type->value[i].label),
					 errhint("Do not change the extension's types; create the extension again.")));
		type->oid[i] = ((Form_pg_enum) GETSTRUCT(tuple))->oid;
		ReleaseSysCache(tuple);
	}
	type->known = true;
}

/* What enum_position() says of a value that the type does not have. */
void
enum_refuse_value(EnumType *type, Oid value)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("value %u is not known to type emgov.%s", value, type->name),
			 errhint("Values added to the extension's types are not supported.")));
}

/* ------------------------------------------------------------------ labels */

/* The official Chinese term of a value. */
static Datum
chinese_label(EnumType *type, Oid value)
{
	const char *terms = type->value[enum_position(type, value)].chinese;

	PG_RETURN_TEXT_P(cstring_to_text_with_len(terms, strcspn(terms, "|")));
}

/* Is `term` one of those in a list separated by bars? */
static bool
is_term(const char *terms, const char *term, size_t length)
{
	for (;;)
	{
		size_t		next = strcspn(terms, "|");

		if (next == length && memcmp(terms, term, length) == 0)
			return true;
		if (terms[next] == '\0')
			return false;
		terms += next + 1;
	}
}

/* The value that a text names, by its English label or a Chinese term. */
static Datum
from_text(EnumType *type, const char *text)
{
	StringInfoData known;
	size_t		length;
	const char *start = text;

	while (scanner_isspace(*start))
		start++;
	length = strlen(start);
	while (length > 0 && scanner_isspace(start[length - 1]))
		length--;

	for (int i = 0; i < type->values; i++)
		if (is_term(type->value[i].label, start, length) ||
			is_term(type->value[i].chinese, start, length))
			PG_RETURN_OID(enum_value(type, i));

	initStringInfo(&known);
	for (int i = 0; i < type->values; i++)
		appendStringInfo(&known, "%s%s (%.*s)", i == 0 ? "" : ", ", type->value[i].label,
						 (int) strcspn(type->value[i].chinese, "|"), type->value[i].chinese);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid %s: \"%.*s\"", type->name, pg_mbcliplen(text, strlen(text), 100), text),
			 errhint("Known are: %s.", known.data)));
	return (Datum) 0;			/* keep compilers quiet */
}

/*
 * The SQL functions: label(value) text, and type(text) value.  The latter are
 * declared twice, for text and for a bare literal, whose type is unknown.
 */
#define ENUM_FUNCTIONS(type) \
	PG_FUNCTION_INFO_V1(type##_label); \
	Datum \
	type##_label(PG_FUNCTION_ARGS) \
	{ \
		return chinese_label(&type##_enum, PG_GETARG_OID(0)); \
	} \
	PG_FUNCTION_INFO_V1(type##_from_text); \
	Datum \
	type##_from_text(PG_FUNCTION_ARGS) \
	{ \
		return from_text(&type##_enum, text_to_cstring(PG_GETARG_TEXT_PP(0))); \
	} \
	PG_FUNCTION_INFO_V1(type##_from_literal); \
	Datum \
	type##_from_literal(PG_FUNCTION_ARGS) \
	{ \
		return from_text(&type##_enum, PG_GETARG_CSTRING(0)); \
	} \
	extern int	no_such_variable

ENUM_FUNCTIONS(severity);
ENUM_FUNCTIONS(remediation_outcome);
ENUM_FUNCTIONS(penalty_kind);
