/* server_words.h: what the server says, in Chinese */
#ifndef EMGOV_SERVER_WORDS_H
#define EMGOV_SERVER_WORDS_H

/*
 * A message, detail or hint of emgov in Chinese, to be freed. NULL where the command speaks English, or where nobody has put
 * it into Chinese.
 */
extern char *server_words(const char *text);

/* What came of a run of a job, as job_run has it, to be freed; what is not known in Chinese stays as it is. */
extern char *job_words(const char *message);

#endif
