/*
 * unit.c
 *		Units: the analysed expressions of definitions, as the server keeps them.
 *
 * What an indicator says is read once, by its author, when it is written (expression.c).
 * What is kept and run are units: small SQL functions on the row type of the source, in the
 * schema <ledger>_store, each holding one analysed tree.
 *
 *		"F028 v1 date"(r source) RETURNS date			the day that the cut-off looks at
 *		"F028 v1 until"(r source) RETURNS date			the end of validity, or the day done
 *		"F028 v1 filter"(r source) RETURNS boolean
 *		"F028 v1 base_filter"(r source) RETURNS boolean
 *		"F028 v1 measure"(r source) RETURNS numeric		or integer, or what is counted once
 *		"F028 v1 values"(r source) RETURNS text			what the definition looks at, for checksums
 *		"R01 violation"(r source) RETURNS boolean		of a rule about records
 *
 * The server inlines them, so a scan that calls them is planned as if it held the
 * expressions.  It also knows what they depend on: a renamed column is followed, and one
 * in use cannot be dropped, the refusal naming the unit.  They are made here without a
 * detour by text: the tree that was checked is the one that is stored.
 *
 * A version that is no longer in force must not hold a column: its units are bound anew to
 * the row type of the source's history, which keeps the columns that the table drops.
 */
#include "postgres.h"
#include "compat.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_language_d.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_func.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "ledger/kept.h"
#include "ledger/unit.h"
#include "locks.h"
#include "rollup/expression.h"
#include "rollup/rollup.h"

/* The parts that units are made of, in the order in which "values" names their columns. */
static const char *const part_names[N_UNIT_PARTS] = {"date", "until", "filter", "base_filter", "measure", "values"};

/* Where the units of a ledger stand, and whose they are. */
typedef struct Store
{
	Oid			schema;
	Oid			owner;
	const char *ledger;
} Store;

/* A row of the table indicator or check_rule. */
typedef struct Definition
{
	HeapTuple	tuple;
	TupleDesc	columns;
} Definition;

/* The expressions of a definition whose units were released, as print_expression() gave them. */
typedef struct Released
{
	char	  **expressions;	/* part by part, NULL for one that it has not */
	int			n;
	List	   *columns;		/* names of the relation's columns, by number */
} Released;


/* ---------------------------------------------------------------- rows and names */

/* A column of a definition as text; NULL when it is NULL. */
static char *
field(const Definition *definition, const char *name)
{
	int			number = SPI_fnumber(definition->columns, name);

	if (number <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("a definition needs a column \"%s\"", name)));
	return SPI_getvalue(definition->tuple, definition->columns, number);
}

static bool
is_active(const Definition *definition)
{
	return strcmp(field(definition, "active"), "t") == 0;
}

char *
unit_name(const char *code, const char *version, UnitPart part)
{
	return psprintf("%s v%s %s", code, version, part_names[part]);
}

/* The store of a ledger; an ERROR when it has none, or another user has taken its name. */
static Store
find_store(Oid ledger, Oid owner)
{
	Store		store;
	char	   *name;
	HeapTuple	tuple;

	store.ledger = get_namespace_name(ledger);
	if (store.ledger == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA),
				 errmsg("there is no ledger with OID %u", ledger)));
	name = ledger_store_name(ledger);
	store.schema = get_namespace_oid(name, true);
	if (!OidIsValid(store.schema))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA),
				 errmsg("ledger \"%s\" has no schema \"%s\"", store.ledger, name),
				 errdetail("What definitions are run as stands there."),
				 errhint("CALL emgov.upgrade_ledger('%s').", store.ledger)));
	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(store.schema));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for schema %u", store.schema);
	store.owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
	ReleaseSysCache(tuple);
	if (store.owner != owner)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("schema \"%s\" does not belong to the owner of ledger \"%s\"", name, store.ledger),
				 errhint("ALTER SCHEMA %s OWNER TO %s, or rename it.",
						 quote_identifier(name), quote_identifier(GetUserNameFromId(owner, false)))));
	return store;
}

/* The units of a name: one over the live relation, one over its history, or both. */
static List *
find_units(const Store *store, const char *name)
{
	CatCList   *list = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(name));
	List	   *units = NIL;

	for (int i = 0; i < list->n_members; i++)
	{
		Form_pg_proc form = (Form_pg_proc) GETSTRUCT(&list->members[i]->tuple);

		if (form->pronamespace == store->schema)
			units = lappend_oid(units, form->oid);
	}
	ReleaseSysCacheList(list);
	return units;
}

static void
drop_unit(Oid unit)
{
	ObjectAddress address;

	ObjectAddressSet(address, ProcedureRelationId, unit);
	performDeletion(&address, DROP_RESTRICT, PERFORM_DELETION_INTERNAL);
}

static void
drop_units(const Store *store, const char *name)
{
	ListCell   *cell;

	foreach(cell, find_units(store, name))
		drop_unit(lfirst_oid(cell));
}

/* What a function of the extension, such as history_of(regclass), says of a relation; InvalidOid for NULL. */
Oid
ask_about(Oid relid, const char *question)
{
	Oid			types[] = {REGCLASSOID};
	Oid			function = LookupFuncName(list_make2(makeString("emgov_internal"), makeString(pstrdup(question))), 1, types, false);
	LOCAL_FCINFO(call, 1);
	FmgrInfo	info;
	Datum		result;

	fmgr_info(function, &info);
	InitFunctionCallInfoData(*call, &info, 1, InvalidOid, NULL, NULL);
	call->args[0].value = ObjectIdGetDatum(relid);
	call->args[0].isnull = false;
	result = FunctionCallInvoke(call);
	return call->isnull ? InvalidOid : DatumGetObjectId(result);
}

/*
 * The history of a relation, InvalidOid when it has none.  Both are locked until the end of the
 * transaction: neither is dropped while units are bound to it.  False: the relation is gone.
 */
static bool
find_history(Oid relid, Oid *history)
{
	Relation	relation = try_relation_open(relid, AccessShareLock);
	Relation	past;

	*history = InvalidOid;
	if (relation == NULL)
		return false;
	*history = kept_history(relation);
	relation_close(relation, NoLock);
	if (OidIsValid(*history))
	{
		past = try_relation_open(*history, AccessShareLock);
		if (past == NULL)
			*history = InvalidOid;
		else
			relation_close(past, NoLock);
	}
	return true;
}

/* Is there a function beside a view that gives its rows as of a moment? */
static bool
has_twin(Oid relid)
{
	Oid			types[] = {TIMESTAMPTZOID};
	List	   *name = list_make2(makeString(get_namespace_name(get_rel_namespace(relid))),
								  makeString(psprintf("%s_as_of", get_rel_name(relid))));

	return OidIsValid(LookupFuncName(name, 1, types, true));
}


/* ---------------------------------------------------------------- trees */

/* From columns of a relation to fields of a function's one argument, and back. */
typedef struct Rebinding
{
	Oid			from;			/* relation */
	Oid			to;
} Rebinding;

/* A column of one relation in another, by its name. */
static AttrNumber
same_column(const Rebinding *rebinding, AttrNumber number)
{
	char	   *name;
	AttrNumber	found;

	if (rebinding->from == rebinding->to)
		return number;
	name = get_attname(rebinding->from, number, false);
	found = get_attnum(rebinding->to, name);
	if (found == InvalidAttrNumber)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("relation \"%s\" has no column \"%s\"", get_rel_name(rebinding->to), name)));
	return found;
}

static Node *
to_fields(Node *node, Rebinding *rebinding)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, Var))
	{
		Var		   *column = (Var *) node;
		FieldSelect *select = makeNode(FieldSelect);
		Param	   *row = makeNode(Param);

		row->paramkind = PARAM_EXTERN;
		row->paramid = 1;
		row->paramtype = get_rel_type_id(rebinding->to);
		row->paramtypmod = -1;
		row->paramcollid = InvalidOid;
		row->location = -1;
		select->arg = (Expr *) row;
		select->fieldnum = same_column(rebinding, column->varattno);
		select->resulttype = column->vartype;
		select->resulttypmod = column->vartypmod;
		select->resultcollid = column->varcollid;
		return (Node *) select;
	}
	return expression_tree_mutator(node, to_fields, rebinding);
}

static Node *
to_columns(Node *node, void *context)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, FieldSelect) && IsA(((FieldSelect *) node)->arg, Param))
	{
		FieldSelect *select = (FieldSelect *) node;

		return (Node *) makeVar(1, select->fieldnum, select->resulttype, select->resulttypmod, select->resultcollid, 0);
	}
	return expression_tree_mutator(node, to_columns, context);
}

Node *
unit_expression(Oid unit, Oid *relid)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(unit));
	Form_pg_proc form;
	Datum		body;
	bool		isnull;
	Node	   *expression = NULL;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	form = (Form_pg_proc) GETSTRUCT(tuple);
	body = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosqlbody, &isnull);
	if (!isnull && form->pronargs == 1 && OidIsValid(get_typ_typrelid(form->proargtypes.values[0])))
	{
		Query	   *query = stringToNode(TextDatumGetCString(body));

		if (IsA(query, Query) && list_length(query->targetList) == 1 && query->rtable == NIL)
			expression = to_columns((Node *) linitial_node(TargetEntry, query->targetList)->expr, NULL);
		*relid = get_typ_typrelid(form->proargtypes.values[0]);
	}
	ReleaseSysCache(tuple);
	return expression;
}

/*
 * Let a unit depend on the columns that it takes and on their relation, not on its row type.  The
 * server does not rewrite a table while a stored expression depends on the row type, for rows
 * may be stored in it: ADD COLUMN with a default would be refused.  A unit stores no row, and takes
 * fields by their numbers, which nothing changes.  A restored dump has the server's own dependencies.
 */
static void
loosen_unit(Oid unit, Oid relid)
{
	ObjectAddress function,
				relation;

	if (deleteDependencyRecordsForSpecific(ProcedureRelationId, unit, DEPENDENCY_NORMAL,
										   TypeRelationId, get_rel_type_id(relid)) == 0)
		return;
	ObjectAddressSet(function, ProcedureRelationId, unit);
	ObjectAddressSet(relation, RelationRelationId, relid);
	recordDependencyOn(&function, &relation, DEPENDENCY_NORMAL);
}

/* Make one unit: `expression` is over the columns of `from`, the unit over the row type of `to`. */
static void
make_unit(const Store *store, const char *name, Oid from, Oid to, Node *expression, char volatility)
{
	Rebinding	rebinding = {from, to};
	Oid			row = get_rel_type_id(to);
	Query	   *query = makeNode(Query);
	Datum		argument = CStringGetTextDatum("r");
	ObjectAddress made;

	query->commandType = CMD_SELECT;
	query->querySource = QSRC_ORIGINAL;
	query->canSetTag = true;
	query->isReturn = true;
	query->jointree = makeFromExpr(NIL, NULL);
	query->targetList = list_make1(makeTargetEntry((Expr *) to_fields(expression, &rebinding), 1, NULL, false));

	made = create_sql_function(name, store->schema, exprType(expression), store->owner, (Node *) query, volatility,
							   buildoidvector(&row, 1),
							   PointerGetDatum(construct_array(&argument, 1, TEXTOID, -1, false, TYPALIGN_INT)));
	CommandCounterIncrement();
	loosen_unit(made.objectId, to);
	CreateComments(made.objectId, ProcedureRelationId, 0,
				   psprintf("台账 %s 的定义，按书写时的含义 | a definition of ledger %s, as it was meant when written", store->ledger, store->ledger));
}

/* The text of a row of columns: what a definition looks at. */
static Node *
values_of(Oid relid, List *columns)
{
	RowExpr    *row = makeNode(RowExpr);
	CoerceViaIO *cast = makeNode(CoerceViaIO);
	ListCell   *cell;

	foreach(cell, columns)
	{
		Oid			type,
					collation;
		int32		typmod;

		get_atttypetypmodcoll(relid, lfirst_int(cell), &type, &typmod, &collation);
		row->args = lappend(row->args, makeVar(1, lfirst_int(cell), type, typmod, collation, 0));
	}
	row->row_typeid = RECORDOID;
	row->row_format = COERCE_EXPLICIT_CALL;
	row->location = -1;
	cast->arg = (Expr *) row;
	cast->resulttype = TEXTOID;
	cast->resultcollid = DEFAULT_COLLATION_OID;
	cast->coerceformat = COERCE_EXPLICIT_CAST;
	cast->location = -1;
	return (Node *) cast;
}


/* ---------------------------------------------------------------- definitions */

/* The type that a measure must have; InvalidOid when it is only counted once each. */
static Oid
measure_type(const char *kind, const char *aggregate)
{
	if (strcmp(kind, "streak") == 0)
		return INT4OID;
	if (strcmp(kind, "sum") == 0 || strcmp(kind, "mean") == 0 || strcmp(kind, "largest") == 0 ||
		(aggregate && strcmp(aggregate, "sum") == 0))
		return NUMERICOID;
	return InvalidOid;
}

/* An ERROR unless values of a measure can be told from one another. */
static void
check_can_be_told(const char *code, Node *measure)
{
	Oid			type = exprType(measure);

	if (!OidIsValid(lookup_type_cache(type, TYPECACHE_EQ_OPR)->eq_opr))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("the measure of indicator %s is of type %s, whose values cannot be told from one another",
						code, format_type_be(type)),
				 errhint("Measure what identifies the record, or cast it to a type with equality, such as jsonb.")));
	/* a function's result has its type's own collation */
	if (OidIsValid(exprCollation(measure)) && !get_collation_isdeterministic(exprCollation(measure)))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the measure of indicator %s has collation \"%s\", under which different values are equal",
						code, get_collation_name(exprCollation(measure))),
				 errhint("Write it in one form, such as lower(…) COLLATE \"C\".")));
}

/* Read a part of a definition: as its author wrote it, or as it was released. */
static Node *
read_part(Oid relid, const char *text, const Released *released, int part, Oid wanted, const char *what)
{
	if (released == NULL)
		return read_expression(relid, text, wanted, what);
	if (part >= released->n || released->expressions[part] == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("%s was not released", what)));
	return reread_expression(relid, released->expressions[part], released->columns, wanted, what);
}

/* Make the units of an indicator's version over a relation. */
static void
make_indicator(const Store *store, const Definition *definition, Oid relid, const Released *released)
{
	char	   *code = field(definition, "code");
	char	   *version = field(definition, "version");
	char	   *kind = field(definition, "kind");
	Oid			wanted = measure_type(kind, field(definition, "aggregate"));
	List	   *columns = NIL;

	for (int i = 0; i < (int) lengthof(part_names); i++)
	{
		const char *part = part_names[i];
		char	   *name = unit_name(code, version, i);
		Node	   *expression;

		if (strcmp(part, "values") == 0)
			expression = values_of(relid, columns);
		else
		{
			bool		is_date = i < 2;
			char	   *text = field(definition, is_date ? psprintf("%s_column", part) : part);

			if (text == NULL)
				continue;
			expression = read_part(relid, is_date ? quote_identifier(text) : text, released, i,
								   is_date ? DATEOID : strcmp(part, "measure") == 0 ? wanted : BOOLOID,
								   psprintf("%s of indicator %s", part, code));
			if (strcmp(part, "measure") == 0 && !OidIsValid(wanted))
				check_can_be_told(code, expression);
			columns = expression_columns(expression, columns);
		}
		drop_units(store, name);
		make_unit(store, name, relid, relid, expression,
				  strcmp(part, "values") == 0 ? PROVOLATILE_STABLE : PROVOLATILE_IMMUTABLE);
	}
}

/* A version goes out of force: bind its units to the history of their relation, or drop them. */
static void
retire_indicator(const Store *store, const Definition *definition)
{
	char	   *code = field(definition, "code");
	char	   *version = field(definition, "version");

	for (int i = 0; i < (int) lengthof(part_names); i++)
	{
		char	   *name = unit_name(code, version, i);
		ListCell   *cell;

		foreach(cell, find_units(store, name))
		{
			Oid			unit = lfirst_oid(cell);
			Oid			relid;
			Oid			history;
			Node	   *expression = unit_expression(unit, &relid);

			if (expression == NULL)
				continue;
			if (find_history(relid, &history) && OidIsValid(history))
				make_unit(store, name, relid, history, expression, func_volatile(unit));
			else if (has_twin(relid))
				continue;
			drop_unit(unit);
		}
	}
}

/* The relation that a definition names as its source: emgov_internal.source(). */
static Oid
source_of(const Store *store, const Definition *definition)
{
	Oid			types[] = {TEXTOID, TEXTOID};
	Oid			function = LookupFuncName(list_make2(makeString("emgov_internal"), makeString("source")), 2, types, false);

	return DatumGetObjectId(OidFunctionCall2(function, CStringGetTextDatum(store->ledger),
											 CStringGetTextDatum(field(definition, "source"))));
}

/* Are two columns of two rows the same? */
static bool
same_field(const Definition *one, const Definition *other, const char *name)
{
	char	   *a = field(one, name);
	char	   *b = field(other, name);

	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
write_indicator(const Store *store, const Definition *old, const Definition *new)
{
	bool		is_new = old == NULL || (new && (!same_field(old, new, "version") || (is_active(new) && !is_active(old))));

	if (old && is_active(old) && (is_new || new == NULL || !is_active(new)) && field(old, "source"))
		retire_indicator(store, old);
	if (new && is_new && is_active(new) && field(new, "source"))
		make_indicator(store, new, source_of(store, new), NULL);
}

/* Make the unit of a rule over a relation. */
static void
make_rule(const Store *store, const Definition *definition, Oid relid, const Released *released)
{
	char	   *code = field(definition, "code");
	char	   *name = psprintf("%s violation", code);
	Node	   *expression = read_part(relid, field(definition, "violation"), released, 0, BOOLOID,
									   psprintf("violation of rule %s", code));

	drop_units(store, name);
	make_unit(store, name, relid, relid, expression, PROVOLATILE_IMMUTABLE);
}

static void
write_rule(const Store *store, const Definition *old, const Definition *new)
{
	if (old && new && same_field(old, new, "code") && same_field(old, new, "source") && same_field(old, new, "violation") &&
		is_active(old) == is_active(new))
		return;
	if (old)
		drop_units(store, psprintf("%s violation", field(old, "code")));
	if (new && is_active(new) && field(new, "source"))
		make_rule(store, new, source_of(store, new), NULL);
}

static bool
is_rule(const Definition *definition)
{
	return SPI_fnumber(definition->columns, "violation") > 0;
}

/* A row of the table is written: one is NULL when it is new, the other when it is deleted. */
static void
write_definition(const Store *store, const Definition *old, const Definition *new)
{
	if (is_rule(new ? new : old))
		write_rule(store, old, new);
	else
		write_indicator(store, old, new);
	CommandCounterIncrement();
}

/* One writer of a ledger's definitions at a time, who sees what the one before wrote. */
static void
lock_for_writing(Oid ledger)
{
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("definitions can be written at isolation level read committed only"),
				 errdetail("What another session has just written must be seen."),
				 errhint("Write them in a READ COMMITTED transaction.")));
	(void) lock_definitions(ledger, -1);
}

/*
 * emgov_internal.write_definition(): trigger of the tables indicator and check_rule.  BEFORE a statement: waits
 * for whoever else writes definitions of this ledger.  AFTER a row: reads the definition with the
 * rights of whoever writes it, and makes its units, which are the table's owner's.
 */
PG_FUNCTION_INFO_V1(emgov_write_definition);
Datum
emgov_write_definition(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	Oid			ledger;
	Store		store;
	Definition	old,
				new;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("emgov_internal.write_definition() must be called by a trigger")));
	ledger = RelationGetNamespace(trigger->tg_relation);
	/* a trigger is anybody's to make, the lock is the ledger's owner's */
	store = find_store(ledger, trigger->tg_relation->rd_rel->relowner);
	lock_for_writing(ledger);
	if (TRIGGER_FIRED_FOR_STATEMENT(trigger->tg_event))
		PG_RETURN_POINTER(NULL);
	if (!TRIGGER_FIRED_AFTER(trigger->tg_event) ||
		TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("emgov_internal.write_definition() must be fired after INSERT, UPDATE or DELETE")));

	old.columns = new.columns = RelationGetDescr(trigger->tg_relation);
	old.tuple = trigger->tg_trigtuple;
	new.tuple = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newtuple : trigger->tg_trigtuple;
	write_definition(&store, TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ? NULL : &old,
					 TRIGGER_FIRED_BY_DELETE(trigger->tg_event) ? NULL : &new);
	PG_RETURN_POINTER(NULL);
}

/* The elements of an array of texts; NULLs as NULL. */
static List *
texts_of(ArrayType *array)
{
	Datum	   *elements;
	bool	   *nulls;
	int			n;
	List	   *result = NIL;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
		result = lappend(result, nulls[i] ? NULL : TextDatumGetCString(elements[i]));
	return result;
}

/*
 * emgov_internal.make_units(ledger regnamespace, definition record, relation regclass, expressions text[], columns text[])
 *
 * Make the units of one row of indicator or check_rule over a relation; relation NULL: over the one
 * that it names.  From its texts; or, when its units were released, from their expressions as
 * emgov_internal.unit() gave them: date, until, filter, base_filter and measure of an indicator, violation of a
 * rule; columns are the names that the relation's columns have now, by number.  For the ledger's owner.
 */
PG_FUNCTION_INFO_V1(emgov_make_units);
Datum
emgov_make_units(PG_FUNCTION_ARGS)
{
	Oid			ledger;
	Oid			relid;
	Store		store;
	Definition	definition;
	Released	released = {0};
	HeapTupleHeader row;
	HeapTupleData tuple;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_VOID();
	ledger = PG_GETARG_OID(0);
	store = find_store(ledger, GetUserId());
	lock_for_writing(ledger);

	if (!PG_ARGISNULL(3) && !PG_ARGISNULL(4))
	{
		ListCell   *cell;
		List	   *expressions = texts_of(PG_GETARG_ARRAYTYPE_P(3));

		released.columns = texts_of(PG_GETARG_ARRAYTYPE_P(4));
		released.expressions = palloc(sizeof(char *) * (list_length(expressions) + 1));
		foreach(cell, expressions)
			released.expressions[released.n++] = lfirst(cell);
	}
	row = PG_GETARG_HEAPTUPLEHEADER(1);
	tuple.t_len = HeapTupleHeaderGetDatumLength(row);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = row;
	definition.tuple = &tuple;
	definition.columns = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(row), HeapTupleHeaderGetTypMod(row));
	relid = PG_ARGISNULL(2) ? source_of(&store, &definition) : PG_GETARG_OID(2);
	if (is_rule(&definition))
		make_rule(&store, &definition, relid, released.columns ? &released : NULL);
	else
		make_indicator(&store, &definition, relid, released.columns ? &released : NULL);
	CommandCounterIncrement();
	ReleaseTupleDesc(definition.columns);
	PG_RETURN_VOID();
}

/*
 * emgov_internal.loosen_units(ledger regnamespace): what make_unit() does about dependencies, for units that
 * a dump brought.  For the ledger's owner.
 */
PG_FUNCTION_INFO_V1(emgov_loosen_units);
Datum
emgov_loosen_units(PG_FUNCTION_ARGS)
{
	Store		store = find_store(PG_GETARG_OID(0), GetUserId());
	ScanKeyData key;
	Relation	functions;
	SysScanDesc scan;
	HeapTuple	tuple;
	Oid			owner;
	List	   *units = NIL;
	ListCell   *cell;

	tuple = SearchSysCache1(NAMESPACEOID, PG_GETARG_DATUM(0));
	if (!HeapTupleIsValid(tuple))
		PG_RETURN_VOID();
	owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
	ReleaseSysCache(tuple);
	if (!OidIsValid(store.schema) || !has_privs_of_role(GetUserId(), owner))
		PG_RETURN_VOID();
	lock_for_writing(PG_GETARG_OID(0));
	functions = table_open(ProcedureRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_proc_pronamespace, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(store.schema));
	scan = systable_beginscan(functions, InvalidOid, false, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		units = lappend_oid(units, ((Form_pg_proc) GETSTRUCT(tuple))->oid);
	systable_endscan(scan);
	table_close(functions, AccessShareLock);

	foreach(cell, units)
	{
		Oid			relid;

		if (unit_expression(lfirst_oid(cell), &relid) != NULL)
			loosen_unit(lfirst_oid(cell), relid);
	}
	PG_RETURN_VOID();
}

/*
 * emgov_internal.unit(unit regprocedure) returns (relation regclass, columns text[], expression text)
 *
 * What a unit is over, the columns that it looks at, and its expression as emgov_internal.make_units() reads it
 * again: $n is the column with number n.  NULLs when it is no unit.
 */
PG_FUNCTION_INFO_V1(emgov_unit);
Datum
emgov_unit(PG_FUNCTION_ARGS)
{
	TupleDesc	desc;
	Datum		values[3] = {0};
	bool		nulls[3] = {true, true, true};
	Oid			relid;
	Node	   *expression = unit_expression(PG_GETARG_OID(0), &relid);

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (expression)
	{
		List	   *columns = expression_columns(expression, NIL);
		Datum	   *names = palloc(sizeof(Datum) * (list_length(columns) + 1));
		int			n = 0;
		ListCell   *cell;

		foreach(cell, columns)
			names[n++] = CStringGetTextDatum(get_attname(relid, lfirst_int(cell), false));
		values[0] = ObjectIdGetDatum(relid);
		values[1] = PointerGetDatum(construct_array(names, n, TEXTOID, -1, false, TYPALIGN_INT));
		values[2] = CStringGetTextDatum(print_expression(expression));
		nulls[0] = nulls[1] = nulls[2] = false;
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
