/*
 * guard.h
 *		What the guards have in common: connections, random numbers that can be drawn
 *		again, findings, and a server watched from outside while it answers.
 */
#ifndef GUARD_H
#define GUARD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <libpq-fe.h>

/* What a guard is told: which steps, by which random numbers, and for `anybody` whom and how often to compare. */
typedef struct Options
{
	long		steps;
	uint64_t	seed;
	uint64_t	first;
	const char *role;
	long		every;
	bool		verbose;
} Options;

extern PGconn *guard_start(int argc, char **argv, Options *options);

/* Random numbers: the same for the same seed and step, on every machine. */
extern void random_start(uint64_t seed, uint64_t step);
extern int	below(int limit);
extern bool chance(int percent);

/* A list of texts, read from the database or given. */
typedef struct Texts
{
	char	  **text;
	int			count;
} Texts;

extern const char *pick(const Texts *texts);
extern Texts read_texts(PGconn *conn, const char *query);

#define PICK(array) ((array)[below((int) (sizeof(array) / sizeof((array)[0])))])

/* Values as SQL, by the name of their type; values.c */
extern void values_start(PGconn *conn);
extern void put_literal(FILE *out, const char *text);
extern void put_value(FILE *out, const char *type, const char *name);
extern void put_expression(FILE *out, int depth);
extern void put_tame(FILE *out, char kind, int depth);
extern const char *hostile_text(void);

/* A session whose server process is watched. */
typedef struct Session
{
	const char *role;
	PGconn	   *conn;
	int			pid;
	bool		attacks;		/* it runs what it laid out itself */
	long		canaries;		/* warnings of the canary seen so far */
} Session;

/* What a statement did. */
typedef struct Outcome
{
	bool		lost;			/* the connection broke */
	bool		failed;			/* it ended with an error */
	char		state[6];		/* its SQLSTATE, "00000" if none */
	char		message[512];
	char		context[1024];
	char		internal[512];	/* a query of the server's own in which the error arose */
	double		cpu;			/* seconds of the server process */
	double		elapsed;
	long		memory;			/* kB of its own that the process holds afterwards */
	bool		canary;
} Outcome;

extern void session_open(Session *session, const char *role);
extern void session_close(Session *session);
extern Outcome session_run(Session *session, const char *statement);
extern char *ask(PGconn *conn, const char *query);	/* the first field, freed by nobody */
extern void must(PGconn *conn, const char *statement);

/* Findings: printed at once, unless quiet; the program ends with failure. */
extern long findings;
extern bool quiet;
extern void finding(uint64_t step, const char *what, const char *statement, const Outcome *outcome);

/* Look at an outcome for what no statement may ever do. */
extern bool judge(Session *session, uint64_t step, const char *statement, const Outcome *outcome);

#endif
