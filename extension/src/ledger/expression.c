/*
 * expression.c
 *		Checks an expression that a user stores as data, such as an indicator's filter.
 *
 * The text is read by the server's own parser, as one scalar expression over the
 * columns of one relation, and the analysed tree is walked: what is not on the list
 * below is refused. So nothing that could change data, read another relation, depend on
 * the moment or the session, or run somebody else's code can be stored:
 *
 *	allowed		columns, constants, operators, CASE, AND/OR/NOT, IS NULL, IN, BETWEEN,
 *				COALESCE, arrays, casts, functions
 *	functions	of pg_catalog and emgov only, immutable (emgov: or stable), no SECURITY
 *				DEFINER, no aggregates, no sets
 *	refused		subqueries, parameters, whole rows, system columns, casts to domains,
 *				several statements or targets, FROM, WHERE, …
 *
 * What is returned is the tree printed back, every name resolved: the text to store and
 * to run, which means the same whatever the search_path of whoever runs it.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_node.h"
#include "parser/parse_relation.h"
#include "parser/parser.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

/*
 * Refuse a function that may not be called; returns false always, as
 * check_functions_in_node() goes on while it does.
 */
static bool
refuse_function(Oid function, void *context pg_attribute_unused())
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;
	const char *detail = NULL;
	bool		ours;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function);
	form = (Form_pg_proc) GETSTRUCT(tuple);
	ours = form->pronamespace == get_namespace_oid("emgov", true);

	if (form->pronamespace != PG_CATALOG_NAMESPACE && !ours)
		detail = "Only functions and operators of PostgreSQL itself and of emgov may be used.";
	else if (form->prosecdef)
		detail = "It runs with the rights of its owner.";
	else if (form->prokind != PROKIND_FUNCTION || form->proretset)
		detail = "It does not give one value for one row.";
	else if (form->provolatile == PROVOLATILE_VOLATILE ||
			 (form->provolatile == PROVOLATILE_STABLE && !ours))
		detail = "Its result depends on more than its arguments: on the moment, the session or other data.";

	if (detail)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("function %s may not be used in this expression",
						format_procedure(function)),
				 errdetail("%s", detail)));
	ReleaseSysCache(tuple);
	return false;
}

/* Refuse whatever is not on the list in this file's head; `context` is not used. */
static bool
refuse_node(Node *node, void *context)
{
	if (node == NULL)
		return false;

	switch (nodeTag(node))
	{
		case T_Var:
			if (((Var *) node)->varattno <= 0)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
						 errmsg("an expression may use a relation's columns only, not its whole row or system columns")));
			break;
		case T_SubLink:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
					 errmsg("a subquery may not be used in this expression"),
					 errhint("Make a view that joins what is needed, and use that as the source.")));
			break;
		case T_CoerceToDomain:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
					 errmsg("a cast to domain %s may not be used in this expression",
							format_type_be(((CoerceToDomain *) node)->resulttype)),
					 errdetail("A domain's checks may run any function.")));
			break;
		case T_Const:
		case T_List:
		case T_OpExpr:
		case T_DistinctExpr:
		case T_NullIfExpr:
		case T_ScalarArrayOpExpr:
		case T_FuncExpr:
		case T_NamedArgExpr:
		case T_BoolExpr:
		case T_CaseExpr:
		case T_CaseWhen:
		case T_CaseTestExpr:
		case T_CoalesceExpr:
		case T_MinMaxExpr:
		case T_NullTest:
		case T_BooleanTest:
		case T_RelabelType:
		case T_CoerceViaIO:
		case T_ArrayCoerceExpr:
		case T_ArrayExpr:
		case T_CollateExpr:
			break;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
					 errmsg("this kind of expression may not be used here"),
					 errdetail("Columns, constants, operators, CASE, IS NULL, IN, COALESCE, casts and immutable functions may."),
					 errhint("current_date and the like depend on the moment: a figure's period and cut-off say when.")));
	}

	(void) check_functions_in_node(node, refuse_function, context);
	return expression_tree_walker(node, refuse_node, context);
}

/*
 * Refuse the words that the input of dates reads as the moment: analysis would turn
 * 'today' into the day on which the definition happens to be read.
 */
static bool
refuse_moment(Node *node, void *context)
{
	static const char *const moments[] = {"now", "today", "tomorrow", "yesterday"};

	if (node == NULL)
		return false;
	if (IsA(node, A_Const))
	{
		const char *text = a_const_string((A_Const *) node);
		size_t		length;

		if (text == NULL)
			return false;
		text += strspn(text, " \t\n\r\f\v");
		length = strcspn(text, " \t\n\r\f\v");
		for (int i = 0; i < (int) lengthof(moments); i++)
			if (length == strlen(moments[i]) && pg_strncasecmp(text, moments[i], length) == 0)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
						 errmsg("'%s' may not be used in this expression", moments[i]),
						 errdetail("It means another day whenever it is read."),
						 errhint("A figure's period and cut-off say when.")));
		return false;
	}
	return raw_expression_tree_walker(node, refuse_moment, context);
}

/*
 * The one expression that a text is, unanalysed; an error when it is anything else.
 */
static Node *
parse_one_expression(const char *text)
{
	List	   *parsed = raw_parser(text, RAW_PARSE_PLPGSQL_EXPR);
	SelectStmt *select;
	ResTarget  *target;

	if (list_length(parsed) != 1 ||
		!IsA(linitial_node(RawStmt, parsed)->stmt, SelectStmt))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("not one expression: \"%s\"", text)));
	select = (SelectStmt *) linitial_node(RawStmt, parsed)->stmt;

	if (list_length(select->targetList) != 1 ||
		select->op != SETOP_NONE || select->withClause || select->intoClause ||
		select->distinctClause || select->fromClause || select->whereClause ||
		select->groupClause || select->havingClause || select->windowClause ||
		select->valuesLists || select->sortClause || select->limitOffset ||
		select->limitCount || select->lockingClause)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("not one expression: \"%s\"", text),
				 errhint("Write what would stand after WHERE or SELECT, nothing else.")));

	target = linitial_node(ResTarget, select->targetList);
	if (target->name != NULL || target->indirection != NIL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("not one expression: \"%s\"", text),
				 errhint("Write the expression without a name for it.")));
	(void) refuse_moment(target->val, NULL);
	return target->val;
}

/*
 * emgov.check_expression(relation regclass, expression text, result_type regtype)
 *
 * Gives the expression as it should be stored and run. result_type NULL: any type that
 * can be told apart. Raises an error for whatever may not be stored, and when the
 * caller may not read the relation.
 */
PG_FUNCTION_INFO_V1(emgov_check_expression);
Datum
emgov_check_expression(PG_FUNCTION_ARGS)
{
	Oid			relid;
	char	   *source;
	Oid			wanted = PG_ARGISNULL(2) ? InvalidOid : PG_GETARG_OID(2);
	Relation	relation;
	ParseState *pstate;
	ParseNamespaceItem *item;
	Node	   *expression;
	char	   *printed;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	relid = PG_GETARG_OID(0);
	source = text_to_cstring(PG_GETARG_TEXT_PP(1));

	relation = table_open(relid, AccessShareLock);
	if (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, RelationGetRelationName(relation));

	pstate = make_parsestate(NULL);
	pstate->p_sourcetext = source;
	item = addRangeTableEntryForRelation(pstate, relation, AccessShareLock, NULL, false, true);
	addNSItemToQuery(pstate, item, true, true, true);

	expression = transformExpr(pstate, parse_one_expression(source), EXPR_KIND_WHERE);
	if (OidIsValid(wanted))
	{
		Oid			given = exprType(expression);

		expression = coerce_to_target_type(pstate, expression, given, wanted, -1,
										   COERCION_ASSIGNMENT, COERCE_EXPLICIT_CAST, -1);
		if (expression == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("expression \"%s\" is of type %s, not %s",
							source, format_type_be(given), format_type_be(wanted))));
	}
	else
		expression = coerce_to_common_type(pstate, expression,
										   exprType(expression) == UNKNOWNOID ? TEXTOID : exprType(expression),
										   "expression");
	assign_expr_collations(pstate, expression);
	(void) refuse_node(expression, NULL);

	printed = deparse_expression(expression,
								 deparse_context_for(RelationGetRelationName(relation), relid),
								 false, false);
	free_parsestate(pstate);
	table_close(relation, AccessShareLock);
	PG_RETURN_TEXT_P(cstring_to_text(printed));
}
