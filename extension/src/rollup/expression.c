/*
 * expression.c
 *		The one reader of expressions that users keep or hand in as text.
 *
 * An indicator's filter, a rule's violation, a condition of verify_rollup(): whoever
 * writes such a text does not choose who runs it.  So nothing in it may run code of
 * anybody's, read what its author cannot read, or mean something else to another session
 * or on another day.  It is read in three steps:
 *
 *	1.	The tree as the server's grammar gives it, before anything is looked up.  What is not on
 *		a short list is refused: stars, clauses, several expressions, rows, subqueries,
 *		aggregates, parameters.  Types that may be named are base, enum and range types
 *		of pg_catalog and emgov, for the input of a domain, or of an array, range or row
 *		over one, runs the domain's checks while constants are analysed.  Columns of such
 *		types may not be named either: a constant beside one takes its type.
 *	2.	Analysis, under pinned settings and as the author, who must be allowed to read the
 *		columns used.
 *	3.	The analysed tree.  Functions, operators' functions among them, must be on a list
 *		made from facts of the catalogs: immutable ones of the server and of emgov that
 *		reach no type's input or output by an argument.  Values become texts and the
 *		other way round only where no setting decides how.  Days and times are written in
 *		one way, and no constant names the day on which it is read.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_node.h"
#include "parser/parse_relation.h"
#include "parser/parse_type.h"
#include "parser/parser.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "rollup/expression.h"

/* What the steps share. */
typedef struct Reading
{
	const char *text;
	const char *what;
	Relation	relation;
	ParseState *pstate;
	List	   *columns;		/* of a text that print_expression() gave: what $1, $2, … are */
	List	   *literals;		/* the A_Const of each string */
	int			depth;
} Reading;

/* Report at the place of a node; for use inside ereport(). */
#define AT(reading, node)	parser_errposition((reading)->pstate, exprLocation((Node *) (node)))


/* ---------------------------------------------------------------- settings */

/*
 * Pin what the reading and printing of constants depends on.  Until AtEOXact_GUC(true,
 * result), or the end of the (sub)transaction when an error comes first.  What is as it
 * should be is left alone: writers come by here, and to set timezone_abbreviations reads
 * a file.
 */
int
pin_settings(void)
{
	static const char *const pinned[][2] = {
		{"search_path", "pg_catalog, emgov, pg_temp"},
		{"DateStyle", "ISO, YMD"},
		{"IntervalStyle", "postgres"},
		{"TimeZone", "UTC"},
		{"timezone_abbreviations", "Default"},
		{"transform_null_equals", "off"},
		{"standard_conforming_strings", "on"},
		{"escape_string_warning", "off"},
		{"backslash_quote", "safe_encoding"},
		{"extra_float_digits", "1"},
		{"bytea_output", "hex"},
		{"array_nulls", "on"},
		{"xmlbinary", "base64"},
		{"xmloption", "content"},
		{"quote_all_identifiers", "off"},
	};
	int			level = NewGUCNestLevel();

	for (int i = 0; i < (int) lengthof(pinned); i++)
	{
		const char *now = GetConfigOption(pinned[i][0], false, false);

		if (now == NULL || strcmp(now, pinned[i][1]) != 0)
			(void) set_config_option(pinned[i][0], pinned[i][1], PGC_USERSET, PGC_S_SESSION,
									 GUC_ACTION_SAVE, true, 0, false);
	}
	return level;
}


/* ---------------------------------------------------------------- types and functions */

/* Is an object of the server itself, or of this extension? */
static bool
is_of_server(Oid object, Oid schema)
{
	return schema == PG_CATALOG_NAMESPACE && object < FirstNormalObjectId;
}

static bool
is_of_emgov(Oid class, Oid object)
{
	Oid			extension = get_extension_oid("emgov", true);

	return OidIsValid(extension) && getExtensionOfObject(class, object) == extension;
}

/* The base types of the server whose input and output run nothing and look nothing up. */
static bool
is_plain_base_type(Oid type)
{
	switch (type)
	{
		case BOOLOID:
		case CHAROID:
		case NAMEOID:
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case OIDOID:
		case NUMERICOID:
		case FLOAT4OID:
		case FLOAT8OID:
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case BYTEAOID:
		case BITOID:
		case VARBITOID:
		case UUIDOID:
		case DATEOID:
		case TIMEOID:
		case TIMETZOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case INTERVALOID:
		case JSONOID:
		case JSONBOID:
		case JSONPATHOID:
		case INETOID:
		case CIDROID:
		case MACADDROID:
		case MACADDR8OID:
		case POINTOID:
		case LSEGOID:
		case PATHOID:
		case BOXOID:
		case POLYGONOID:
		case LINEOID:
		case CIRCLEOID:
		case TSVECTOROID:
		case TSQUERYOID:
			return true;
		default:
			return false;
	}
}

const char *
type_problem(Oid type, bool is_column)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	FormData_pg_type form;

	check_stack_depth();
	if (!HeapTupleIsValid(tuple))
		return "It does not exist.";
	form = *(Form_pg_type) GETSTRUCT(tuple);
	ReleaseSysCache(tuple);

	switch (form.typtype)
	{
		case TYPTYPE_DOMAIN:
			return "A domain's checks may run any function.";
		case TYPTYPE_COMPOSITE:
			return "A column of a composite type may be of a domain, whose checks may run any function.";
		case TYPTYPE_RANGE:
			return type_problem(get_range_subtype(type), is_column);
		case TYPTYPE_MULTIRANGE:
			return type_problem(get_multirange_range(type), is_column);
		case TYPTYPE_ENUM:
			break;
		case TYPTYPE_BASE:
			if (OidIsValid(form.typelem) && form.typsubscript == F_ARRAY_SUBSCRIPT_HANDLER)
				return type_problem(form.typelem, is_column);
			if (is_of_server(type, form.typnamespace) && !is_plain_base_type(type))
				return "What its values are, or how they read, depends on the catalogs or on settings.";
			break;
		default:
			return "It is a pseudo-type.";
	}
	if (is_column || is_of_server(type, form.typnamespace) || is_of_emgov(TypeRelationId, type))
		return NULL;
	return "Only types of PostgreSQL itself and of emgov may be named.";
}

/* May a function take or give such a type?  Of a polymorphic one the values' own types are looked at. */
static bool
type_may_be_passed(Oid type)
{
	if (IsPolymorphicType(type))
		return true;
	return type_problem(type, true) == NULL;
}

const char *
function_problem(Oid function)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;
	const char *problem = NULL;

	if (!HeapTupleIsValid(tuple))
		return "It does not exist.";
	form = (Form_pg_proc) GETSTRUCT(tuple);

	if (!is_of_server(function, form->pronamespace) && !is_of_emgov(ProcedureRelationId, function))
		problem = "Only functions and operators of PostgreSQL itself and of emgov may be used.";
	else if (!is_of_server(function, form->pronamespace) && NameStr(form->proname)[0] == '_')
		problem = "It is internal to emgov.";
	else if (form->prokind == PROKIND_AGGREGATE)
		problem = "It is an aggregate, and this is computed from one row.";
	else if (form->prokind != PROKIND_FUNCTION || form->proretset)
		problem = "It does not give one value for one row.";
	else if (form->prosecdef)
		problem = "It runs with the rights of its owner.";
	else if (form->provolatile != PROVOLATILE_IMMUTABLE)
		problem = "Its result depends on more than its arguments: on the moment, on settings or on other data.";
	else if (!type_may_be_passed(form->prorettype))
		problem = "It gives a value whose type may not be used here.";
	for (int i = 0; problem == NULL && i < form->pronargs; i++)
		if (!type_may_be_passed(form->proargtypes.values[i]))
			problem = "It takes a value whose type may not be used here.";

	ReleaseSysCache(tuple);
	return problem;
}

const char *
output_problem(Oid type)
{
	Oid			function;
	bool		is_varlena;

	switch (type)
	{
		case FLOAT4OID:
		case FLOAT8OID:
			return "extra_float_digits decides how many of its digits are written.";
		case BYTEAOID:
			return "bytea_output decides how it is written.";
		case INTERVALOID:
			return "IntervalStyle decides how it is written.";
		case POINTOID:
		case LSEGOID:
		case PATHOID:
		case BOXOID:
		case POLYGONOID:
		case LINEOID:
		case CIRCLEOID:
			return "extra_float_digits decides how many of its digits are written.";
		default:
			break;
	}
	getTypeOutputInfo(type, &function, &is_varlena);
	return func_volatile(function) == PROVOLATILE_IMMUTABLE ? NULL : "Settings decide how it is written.";
}

const char *
input_problem(Oid type)
{
	Oid			function,
				parameter;

	getTypeInputInfo(type, &function, &parameter);
	return func_volatile(function) == PROVOLATILE_IMMUTABLE ? NULL : "Settings, or the day, decide how it is read.";
}


/* ---------------------------------------------------------------- step 1: the tree as it is written */

/* Refuse a kind of expression, with a hint. */
pg_noreturn static void
refuse(Reading *reading, Node *node, const char *what, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
			 errmsg("%s may not be used in this expression", what),
			 errhint("%s", hint), AT(reading, node)));
	pg_unreachable();
}

/* May a schema be named?  Those that the search path holds anyway. */
static bool
schema_may_be_named(const char *schema)
{
	return strcmp(schema, "pg_catalog") == 0 || strcmp(schema, "emgov") == 0;
}

/* Refuse a name of a function, operator or collation that is qualified with another schema. */
static void
check_qualified(Reading *reading, Node *node, List *names)
{
	if (list_length(names) > 2 ||
		(list_length(names) == 2 && !schema_may_be_named(strVal(linitial(names)))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("%s may not be used in this expression", NameListToString(names)),
				 errdetail("Only functions and operators of PostgreSQL itself and of emgov may be used."),
				 AT(reading, node)));
}

/* Refuse a type that may not be named. */
static void
check_named_type(Reading *reading, const TypeName *name)
{
	TypeName   *bare = copyObject((TypeName *) name);
	ListCell   *cell;
	Type		tuple;
	Oid			type;
	const char *problem;

	if (name->setof || name->pct_type)
		refuse(reading, (Node *) name, "SETOF or %TYPE", "Write the name of a type.");
	foreach(cell, name->typmods)
	{
		if (!IsA(lfirst(cell), A_Const))
			refuse(reading, (Node *) name, "a type modifier that is no constant", "Write a number.");
	}
	bare->typmods = NIL;		/* the type's own code reads them: not before it is known whose it is */
	tuple = LookupTypeName(reading->pstate, bare, NULL, false);
	if (tuple == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("type \"%s\" does not exist", TypeNameToString(name)),
				 errhint("Only types of PostgreSQL itself and of emgov may be named."),
				 AT(reading, name)));
	type = typeTypeId(tuple);
	ReleaseSysCache(tuple);
	problem = type_problem(type, false);
	if (problem)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("type %s may not be used in this expression", format_type_be(type)),
				 errdetail("%s", problem), AT(reading, name)));
}

/* Refuse what is not a column, or one whose type may not be named.  An unknown name is left to the analysis. */
static void
check_column(Reading *reading, ColumnRef *reference)
{
	const char *relation_name = RelationGetRelationName(reading->relation);
	TupleDesc	columns = RelationGetDescr(reading->relation);
	const char *name;

	if (IsA(llast(reference->fields), A_Star))
		refuse(reading, (Node *) reference, "a star", "Name the column.");
	if (list_length(reference->fields) > 2 ||
		(list_length(reference->fields) == 2 && strcmp(strVal(linitial(reference->fields)), relation_name) != 0))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("there is no column %s here", NameListToString(reference->fields)),
				 errhint("Name the columns of \"%s\" only.", relation_name),
				 AT(reading, reference)));
	name = strVal(llast(reference->fields));
	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);
		const char *problem;

		if (column->attisdropped || strcmp(NameStr(column->attname), name) != 0)
			continue;
		problem = type_problem(column->atttypid, true);
		if (problem)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
					 errmsg("column \"%s\" of type %s may not be used in this expression",
							name, format_type_be(column->atttypid)),
					 errdetail("%s", problem),
					 errhint("Make a view that casts it to a plain type."),
					 AT(reading, reference)));
		return;
	}
	if (strcmp(name, relation_name) == 0)
		refuse(reading, (Node *) reference, "a whole row", "Name the column.");
}

/* The column that $n is, as a name; an error when it is none. */
static ColumnRef *
numbered_column(Reading *reading, ParamRef *parameter)
{
	ColumnRef  *reference = makeNode(ColumnRef);
	char	   *name = NULL;

	if (reading->columns == NIL)
		refuse(reading, (Node *) parameter, "a parameter", "Write a constant.");
	if (parameter->number > 0 && parameter->number <= list_length(reading->columns))
		name = list_nth(reading->columns, parameter->number - 1);
	if (name == NULL || get_attnum(RelationGetRelid(reading->relation), name) <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("a column that it uses was dropped%s%s", name ? ": " : "", name ? name : "")));
	reference->fields = list_make1(makeString(name));
	reference->location = parameter->location;
	return reference;
}

static Node *
analyse_numbered_column(ParseState *pstate, ParamRef *parameter)
{
	return colNameToVar(pstate, strVal(linitial(numbered_column(pstate->p_ref_hook_state, parameter)->fields)),
						false, parameter->location);
}

/* Refuse a call that is more than one of a function, or that is a cast in disguise to a type that may not be named. */
static void
check_call(Reading *reading, FuncCall *call)
{
	Type		tuple;

	check_qualified(reading, (Node *) call, call->funcname);
	if (call->over)
		refuse(reading, (Node *) call, "a window function", "Make a view that computes it.");
	if (call->agg_star || call->agg_distinct || call->agg_within_group || call->agg_order || call->agg_filter)
		refuse(reading, (Node *) call, "an aggregate", "It is computed from one row.");
	if (call->func_variadic)
		refuse(reading, (Node *) call, "VARIADIC", "Write the arguments one by one.");
	if (list_length(call->args) != 1)
		return;
	tuple = LookupTypeName(NULL, makeTypeNameFromNameList(call->funcname), NULL, true);
	if (tuple != NULL)
	{
		Oid			type = typeTypeId(tuple);
		const char *problem = type_problem(type, false);

		ReleaseSysCache(tuple);
		if (problem)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
					 errmsg("type %s may not be used in this expression", format_type_be(type)),
					 errdetail("%s", problem), AT(reading, call)));
	}
}

static bool
check_raw(Node *node, Reading *reading)
{
	bool		result;

	if (node == NULL)
		return false;

	switch (nodeTag(node))
	{
		case T_A_Const:
			if (a_const_string((A_Const *) node))
				reading->literals = lappend(reading->literals, node);
			return false;
		case T_ColumnRef:
			check_column(reading, (ColumnRef *) node);
			return false;
		case T_TypeCast:
			check_named_type(reading, ((TypeCast *) node)->typeName);
			break;
		case T_TypeName:
			return false;
		case T_FuncCall:
			check_call(reading, (FuncCall *) node);
			break;
		case T_A_Expr:
			check_qualified(reading, node, ((A_Expr *) node)->name);
			break;
		case T_CollateClause:
			check_qualified(reading, node, ((CollateClause *) node)->collname);
			break;
		case T_List:
		case T_BoolExpr:
		case T_NullTest:
		case T_BooleanTest:
		case T_CaseExpr:
		case T_CaseWhen:
		case T_CoalesceExpr:
		case T_MinMaxExpr:
		case T_A_ArrayExpr:
			break;
		case T_SubLink:
			refuse(reading, node, "a subquery", "Make a view that joins what is needed.");
		case T_ParamRef:
			check_column(reading, numbered_column(reading, (ParamRef *) node));
			return false;
		case T_RowExpr:
			refuse(reading, node, "a row", "Compare columns one by one, joined by AND.");
		case T_SQLValueFunction:
			refuse(reading, node, "a value of the session", "It depends on the moment or on who asks: write what is meant as a constant.");
		case T_GroupingFunc:
			refuse(reading, node, "an aggregate", "It is computed from one row.");
		default:
			refuse(reading, node, "this kind of expression",
				   "Columns, constants, operators, CASE, IS NULL, IN, COALESCE, casts and immutable functions may.");
	}

	if (++reading->depth > EXPRESSION_MAX_DEPTH * (reading->columns ? EXPRESSION_PRINTED : 1))
		ereport(ERROR,
				(errcode(ERRCODE_STATEMENT_TOO_COMPLEX),
				 errmsg("the expression is nested too deeply"),
				 errdetail("At most %d levels are read.", EXPRESSION_MAX_DEPTH)));
	result = raw_expression_tree_walker(node, check_raw, reading);
	reading->depth--;
	return result;
}

/* The one expression that a text is, as it is written; an error when it is anything else. */
static Node *
parse_one(const char *text, size_t max_length)
{
	List	   *parsed;
	SelectStmt *select;
	ResTarget  *target;

	if (strlen(text) > max_length)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the expression is too long"),
				 errdetail("It has %zu bytes, at most %zu are read.", strlen(text), max_length)));
	parsed = raw_parser(text, RAW_PARSE_PLPGSQL_EXPR);
	select = list_length(parsed) == 1 ? (SelectStmt *) linitial_node(RawStmt, parsed)->stmt : NULL;
	if (select == NULL || !IsA(select, SelectStmt) || list_length(select->targetList) != 1 ||
		select->op != SETOP_NONE || select->withClause || select->intoClause ||
		select->distinctClause || select->fromClause || select->whereClause ||
		select->groupClause || select->havingClause || select->windowClause ||
		select->valuesLists || select->sortClause || select->limitOffset ||
		select->limitCount || select->lockingClause)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("the text is not one expression"),
				 errhint("Write what would stand after WHERE or SELECT, nothing else.")));

	target = linitial_node(ResTarget, select->targetList);
	if (target->name != NULL || target->indirection != NIL || target->val == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("the text is not one expression"),
				 errhint("Write the expression without a name for it.")));
	return target->val;
}


/* ---------------------------------------------------------------- constants of days and times */

/* Step over min to max digits. */
static bool
skip_digits(const char **p, int min, int max)
{
	int			n = 0;

	while (n < max && **p >= '0' && **p <= '9')
		(*p)++, n++;
	return n >= min;
}

static bool
skip_char(const char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

/* 2024-07-05 or 20240705 */
static bool
skip_day(const char **p)
{
	const char *start = *p;

	if (skip_digits(p, 4, 6) && skip_char(p, '-') && skip_digits(p, 2, 2) && skip_char(p, '-') && skip_digits(p, 2, 2))
		return true;
	*p = start;
	return skip_digits(p, 8, 8);
}

/* 08:30, 08:30:15 or 08:30:15.5 */
static bool
skip_clock(const char **p)
{
	if (!skip_digits(p, 2, 2) || !skip_char(p, ':') || !skip_digits(p, 2, 2))
		return false;
	if (skip_char(p, ':') && !skip_digits(p, 2, 2))
		return false;
	return !skip_char(p, '.') || skip_digits(p, 1, 6);
}

/* Z, +08, +0800 or +08:00, after at most one space */
static bool
skip_zone(const char **p)
{
	(void) skip_char(p, ' ');
	if (skip_char(p, 'Z') || skip_char(p, 'z'))
		return true;
	if (!skip_char(p, '+') && !skip_char(p, '-'))
		return false;
	return skip_digits(p, 2, 2) && (!skip_char(p, ':') || **p != '\0') && (skip_digits(p, 2, 2) || **p == '\0');
}

bool
is_plain_moment(Oid type, const char *text)
{
	const char *p = text;

	if (pg_strcasecmp(p, "infinity") == 0 || pg_strcasecmp(p, "-infinity") == 0)
		return type != TIMEOID && type != TIMETZOID;
	switch (type)
	{
		case DATEOID:
			return skip_day(&p) && *p == '\0';
		case TIMEOID:
			return skip_clock(&p) && *p == '\0';
		case TIMETZOID:
			return skip_clock(&p) && skip_zone(&p) && *p == '\0';
		case TIMESTAMPOID:
			if (!skip_day(&p))
				return false;
			return *p == '\0' || ((skip_char(&p, ' ') || skip_char(&p, 'T')) && skip_clock(&p) && *p == '\0');
		case TIMESTAMPTZOID:
			return skip_day(&p) && (skip_char(&p, ' ') || skip_char(&p, 'T')) && skip_clock(&p) && skip_zone(&p) && *p == '\0';
		default:
			return true;
	}
}

/* The word in a text that means the moment at which it is read, or NULL. */
static const char *
moment_word(const char *text)
{
	static const char *const words[] = {"now", "today", "tomorrow", "yesterday"};

	while (*text)
	{
		size_t		length = 0;

		while (isalpha((unsigned char) text[length]))
			length++;
		for (int i = 0; length > 0 && i < (int) lengthof(words); i++)
			if (length == strlen(words[i]) && pg_strncasecmp(text, words[i], length) == 0)
				return words[i];
		text += length > 0 ? length : 1;
	}
	return NULL;
}

/* What an array, range or multirange is made of in the end. */
static Oid
innermost_type(Oid type)
{
	for (;;)
	{
		Oid			inner = get_element_type(type);

		if (!OidIsValid(inner))
			inner = get_range_subtype(type);
		if (!OidIsValid(inner))
			inner = get_multirange_range(type);
		if (!OidIsValid(inner))
			return type;
		type = inner;
	}
}

/* Refuse a constant of days or times that is not written in the one plain way. */
static void
check_moments(Reading *reading, Const *constant)
{
	Oid			leaf = innermost_type(constant->consttype);
	bool		is_container = leaf != constant->consttype;
	const char *delimiters = is_container ? "{}[](),\"\\ " : " ";
	const char *literal = NULL;
	char	   *rest;
	ListCell   *cell;

	if (leaf != DATEOID && leaf != TIMEOID && leaf != TIMETZOID && leaf != TIMESTAMPOID && leaf != TIMESTAMPTZOID)
		return;
	foreach(cell, reading->literals)
	{
		A_Const    *given = lfirst_node(A_Const, cell);

		if (given->location == constant->location)
			literal = a_const_string(given);
	}
	if (literal == NULL)
	{
		if (constant->constisnull)
			return;
		refuse(reading, (Node *) constant, "a constant that is not written out", "Write it as a string, such as '2024-07-05'.");
	}

	rest = pstrdup(literal);
	while (*rest)
	{
		char	   *end;
		char		mark;

		rest += strspn(rest, delimiters);
		end = rest + strcspn(rest, is_container ? "{}[](),\"\\" : "");
		mark = *end;
		*end = '\0';
		for (char *last = end; last > rest && last[-1] == ' ';)
			*--last = '\0';
		if (*rest && !is_plain_moment(leaf, rest) &&
			!(is_container && (pg_strcasecmp(rest, "null") == 0 || pg_strcasecmp(rest, "empty") == 0)))
		{
			const char *word = moment_word(rest);

			if (word)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
						 errmsg("'%s' may not be used in this expression", word),
						 errdetail("It means another day whenever it is read."),
						 errhint("Write a day; a figure's period and cut-off say when it is counted."),
						 AT(reading, constant)));
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
					 errmsg("\"%s\" is not written plainly as %s", rest, format_type_be(leaf)),
					 errdetail("What it means would depend on settings."),
					 AT(reading, constant)));
		}
		if (mark == '\0')
			break;
		rest = end + 1;
	}
}


/* ---------------------------------------------------------------- step 3: the analysed tree */

/* What check_functions_in_node() asks: true to stop at a function. */
static bool
is_refused(Oid function, void *context)
{
	if (function_problem(function) == NULL)
		return false;
	*(Oid *) context = function;
	return true;
}

static void
check_functions(Reading *reading, Node *node)
{
	Oid			function = InvalidOid;

	if (check_functions_in_node(node, is_refused, &function))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("function %s may not be used in this expression", format_procedure(function)),
				 errdetail("%s", function_problem(function)), AT(reading, node)));
}

/* A cast by way of the text of a value. */
static void
check_cast_by_text(Reading *reading, CoerceViaIO *cast)
{
	Oid			from = exprType((Node *) cast->arg);
	const char *problem = output_problem(from);

	if (problem == NULL && input_problem(cast->resulttype))
		problem = input_problem(cast->resulttype);
	if (problem)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("a cast from %s to %s may not be used in this expression",
						format_type_be(from), format_type_be(cast->resulttype)),
				 errdetail("%s", problem), AT(reading, cast)));
}

static bool
check_analysed(Node *node, Reading *reading)
{
	if (node == NULL)
		return false;

	switch (nodeTag(node))
	{
		case T_Var:
			if (((Var *) node)->varattno <= 0)
				refuse(reading, node, "a whole row or a system column", "Name a column.");
			break;
		case T_Const:
			check_moments(reading, (Const *) node);
			break;
		case T_CoerceViaIO:
			check_cast_by_text(reading, (CoerceViaIO *) node);
			break;
		case T_CollateExpr:
			if (((CollateExpr *) node)->collOid >= FirstNormalObjectId)
				refuse(reading, node, "a collation of a user's", "Use one of PostgreSQL itself.");
			break;
		case T_Aggref:
			refuse(reading, node, "an aggregate", "It is computed from one row.");
		case T_FuncExpr:
		case T_OpExpr:
		case T_DistinctExpr:
		case T_NullIfExpr:
		case T_ScalarArrayOpExpr:
			check_functions(reading, node);
			break;
		case T_List:
		case T_BoolExpr:
		case T_CaseExpr:
		case T_CaseWhen:
		case T_CaseTestExpr:
		case T_CoalesceExpr:
		case T_MinMaxExpr:
		case T_NullTest:
		case T_BooleanTest:
		case T_RelabelType:
		case T_ArrayCoerceExpr:
		case T_ArrayExpr:
			break;
		default:
			refuse(reading, node, "this kind of expression",
				   "Columns, constants, operators, CASE, IS NULL, IN, COALESCE, casts and immutable functions may.");
	}
	return expression_tree_walker(node, check_analysed, reading);
}

/* Collect columns, each once, in the order in which they are named. */
static bool
collect_columns(Node *node, List **columns)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		*columns = list_append_unique_int(*columns, ((Var *) node)->varattno);
		return false;
	}
	return expression_tree_walker(node, collect_columns, columns);
}

List *
expression_columns(Node *expression, List *columns)
{
	(void) collect_columns(expression, &columns);
	return columns;
}


/* ---------------------------------------------------------------- all of it */

/* Whoever wrote the text sees it, and the place in it, not the statement that handed it in. */
static void
point_into_text(void *arg)
{
	Reading    *reading = (Reading *) arg;
	int			position = geterrposition();

	if (position > 0)
	{
		errposition(0);
		internalerrposition(position);
	}
	internalerrquery(reading->text);
	if (geterrcode() == ERRCODE_DATETIME_FIELD_OVERFLOW || geterrcode() == ERRCODE_INVALID_DATETIME_FORMAT)
		errhint("Write a day as '2024-07-05', a moment as '2024-07-05 08:30:00+08'.");
	if (geterrcode() == ERRCODE_UNDEFINED_FUNCTION)
		errhint("Only functions and operators of PostgreSQL itself and of emgov may be used; look at the types too.");
	errcontext("%s", reading->what);
}

/* An error unless the current user may read something of a relation that can be a source. */
static void
check_readable(Relation relation)
{
	Oid			relid = RelationGetRelid(relation);

	switch (relation->rd_rel->relkind)
	{
		case RELKIND_RELATION:
		case RELKIND_VIEW:
		case RELKIND_MATVIEW:
		case RELKIND_PARTITIONED_TABLE:
		case RELKIND_FOREIGN_TABLE:
			break;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_WRONG_OBJECT_TYPE),
					 errmsg("\"%s\" is not a table or view", RelationGetRelationName(relation))));
	}
	if (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) != ACLCHECK_OK &&
		pg_attribute_aclcheck_all(relid, GetUserId(), ACL_SELECT, ACLMASK_ANY) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, get_relkind_objtype(relation->rd_rel->relkind), RelationGetRelationName(relation));
}

/* An error unless the current user may read the columns that an expression uses. */
static void
check_columns_readable(Relation relation, Node *expression)
{
	Oid			relid = RelationGetRelid(relation);
	ListCell   *cell;

	if (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK)
		return;
	foreach(cell, expression_columns(expression, NIL))
	{
		if (pg_attribute_aclcheck(relid, lfirst_int(cell), GetUserId(), ACL_SELECT) != ACLCHECK_OK)
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("permission denied for column \"%s\" of \"%s\"",
							get_attname(relid, lfirst_int(cell), false), RelationGetRelationName(relation))));
	}
}

Node *
read_expression(Oid relid, const char *text, Oid wanted, const char *what)
{
	return reread_expression(relid, text, NIL, wanted, what);
}

static Node *
to_numbers(Node *node, void *context)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, Var))
	{
		Var		   *column = (Var *) node;
		Param	   *number = makeNode(Param);

		number->paramkind = PARAM_EXTERN;
		number->paramid = column->varattno;
		number->paramtype = column->vartype;
		number->paramtypmod = column->vartypmod;
		number->paramcollid = column->varcollid;
		number->location = -1;
		return (Node *) number;
	}
	return expression_tree_mutator(node, to_numbers, context);
}

char *
print_expression(Node *expression)
{
	int			settings = pin_settings();
	char	   *result = deparse_expression(to_numbers(expression, NULL), NIL, false, false);

	AtEOXact_GUC(true, settings);
	return result;
}

Node *
reread_expression(Oid relid, const char *text, List *columns, Oid wanted, const char *what)
{
	ErrorContextCallback callback;
	Reading		reading = {0};
	Node	   *raw;
	Node	   *expression;
	Oid			given;
	int			settings;

	reading.text = text;
	reading.what = what;
	reading.columns = columns;
	reading.relation = try_relation_open(relid, AccessShareLock);
	if (reading.relation == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("there is no relation with OID %u", relid)));
	check_readable(reading.relation);
	reading.pstate = make_parsestate(NULL);
	reading.pstate->p_sourcetext = text;
	reading.pstate->p_paramref_hook = analyse_numbered_column;
	reading.pstate->p_ref_hook_state = &reading;
	settings = pin_settings();

	callback.callback = point_into_text;
	callback.arg = &reading;
	callback.previous = error_context_stack;
	error_context_stack = &callback;

	raw = parse_one(text, EXPRESSION_MAX_LENGTH * (columns ? EXPRESSION_PRINTED : 1));
	(void) check_raw(raw, &reading);

	addNSItemToQuery(reading.pstate,
					 addRangeTableEntryForRelation(reading.pstate, reading.relation, AccessShareLock, NULL, false, true),
					 true, true, true);
	expression = transformExpr(reading.pstate, raw, EXPR_KIND_OTHER);
	given = exprType(expression);
	if (OidIsValid(wanted))
	{
		expression = coerce_to_target_type(reading.pstate, expression, given, wanted, -1,
										   COERCION_ASSIGNMENT, COERCE_EXPLICIT_CAST, -1);
		if (expression == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("expression \"%s\" is of type %s, not %s",
							text, format_type_be(given), format_type_be(wanted))));
	}
	else if (given == UNKNOWNOID)
		expression = coerce_to_common_type(reading.pstate, expression, TEXTOID, "expression");
	assign_expr_collations(reading.pstate, expression);
	(void) check_analysed(expression, &reading);
	check_columns_readable(reading.relation, expression);

	error_context_stack = callback.previous;
	AtEOXact_GUC(true, settings);
	free_parsestate(reading.pstate);
	/* what was read may be kept: the relation stays as it is until the transaction ends */
	relation_close(reading.relation, NoLock);
	return expression;
}
