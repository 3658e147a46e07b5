/*
 * json.h
 *		Reading a value from the JSON object that it is written as.
 *
 * to_jsonb(row) writes a summary as an object, so the input of its type reads
 * that object: jsonb_populate_record(NULL::t, to_jsonb(t)) gives the row back.
 */
#ifndef EMGOV_JSON_H
#define EMGOV_JSON_H

#include "lib/stringinfo.h"
#include "utils/jsonb.h"

/* What is told apart of a member: a number is given as text, an object or array as container. */
typedef struct JsonMember
{
	const char *key;
	char	   *number;			/* NULL if it is no number */
	JsonbContainer *container;	/* NULL if it is no object or array */
} JsonMember;

typedef struct JsonReader
{
	JsonbIterator *iterator;
} JsonReader;

extern bool begins_json_object(const char *text);
extern JsonbContainer *read_json_object(const char *text, Node *context);
extern void json_reader_begin(JsonReader *reader, JsonbContainer *container);
extern bool json_reader_next(JsonReader *reader, JsonMember *member);
extern bool find_json_member(JsonbContainer *object, const char *key, JsonMember *member);
extern Datum json_input_error(Node *context, const char *type, const char *text, const char *detail);

#endif							/* EMGOV_JSON_H */
