/*
 * json.c
 *		Reading a value from the JSON object that it is written as.
 */
#include "postgres.h"
#include "compat.h"

#include "utils/builtins.h"

#include "kernel/json.h"

/* Does the text begin an object?  No other text form begins with a brace. */
bool
begins_json_object(const char *text)
{
	return text[strspn(text, " \t\n\r")] == '{';
}

/* Read a text as a JSON object; NULL after a soft error. */
JsonbContainer *
read_json_object(const char *text, Node *context)
{
	Datum		jsonb;

	if (!input_function_call_safe(jsonb_in, (char *) text, context, &jsonb))
		return NULL;
	return &DatumGetJsonbP(jsonb)->root;
}

/* Say what a member is. */
static void
describe(const JsonbValue *value, JsonMember *member)
{
	member->number = value->type == jbvNumeric ?
		DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric))) : NULL;
	member->container = value->type == jbvBinary ? value->val.binary.data : NULL;
}

/* Begin to read the members of an object, or the elements of an array. */
void
json_reader_begin(JsonReader *reader, JsonbContainer *container)
{
	JsonbValue	value;

	reader->iterator = JsonbIteratorInit(container);
	JsonbIteratorNext(&reader->iterator, &value, true);
}

/* The next member or element; false at the end. */
bool
json_reader_next(JsonReader *reader, JsonMember *member)
{
	JsonbValue	value;
	JsonbIteratorToken token = JsonbIteratorNext(&reader->iterator, &value, true);

	member->key = NULL;
	if (token == WJB_KEY)
	{
		member->key = pnstrdup(value.val.string.val, value.val.string.len);
		token = JsonbIteratorNext(&reader->iterator, &value, true);
	}
	if (token != WJB_VALUE && token != WJB_ELEM)
		return false;
	describe(&value, member);
	return true;
}

/* A member by its name; false if there is none. */
bool
find_json_member(JsonbContainer *object, const char *key, JsonMember *member)
{
	JsonbValue	value;

	if (getKeyJsonValueFromContainer(object, key, strlen(key), &value) == NULL)
		return false;
	member->key = key;
	describe(&value, member);
	return true;
}

/* Raise why an object is no value of the type; soft where the caller asks for it. */
Datum
json_input_error(Node *context, const char *type, const char *text, const char *detail)
{
	ereturn(context, (Datum) 0,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid JSON for type %s: \"%s\"", type, text),
			 errdetail("%s", detail),
			 errhint("Give the object that to_jsonb() writes for a value of the type.")));
}
