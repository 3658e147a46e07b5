/*
 * text_test.h
 *		Conditions that only compare columns with texts.
 */
#ifndef EMGOV_TEXT_TEST_H
#define EMGOV_TEXT_TEST_H

#include "access/attnum.h"
#include "nodes/pg_list.h"

/* A column that must be one of some texts. */
typedef struct TextTest
{
	AttrNumber	column;
	List	   *values;			/* of char * */
} TextTest;

/*
 * Is an expression over one relation's columns nothing but such tests, of a column each, and columns that are booleans, all
 * of which must be met?  Then they are added to the lists, of TextTest and of column numbers.
 */
extern bool text_tests(Node *expression, List **tests, List **flags);

#endif							/* EMGOV_TEXT_TEST_H */
