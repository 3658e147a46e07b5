/*
 * settings.h
 *		The extension's settings, all in one place.  No other begins with "emgov.".
 */
#ifndef EMGOV_SETTINGS_H
#define EMGOV_SETTINGS_H

/* Their names, for messages. */
#define SETTING_KNOWN_AT	"emgov.known_at"
#define SETTING_PUBLISH_TIMEOUT	"emgov.publish_timeout"
#define SETTING_FOLD_THRESHOLD	"emgov.rollup_fold_threshold"
#define SETTING_REWRITE		"emgov.rewrite"
#define SETTING_UNREACHABLE	"emgov.unreachable_shards"

/* Where days and times are meant that are written without their distance from UTC. */
#define TIME_ZONE			"Asia/Shanghai"

/* May the planner answer from rollups? */
typedef enum RewriteSetting
{
	REWRITE_OFF,
	REWRITE_ON,					/* where that is cheaper */
	REWRITE_FORCE				/* whatever it costs, for tests */
} RewriteSetting;

/* What are figures when a server that has records of some areas cannot be reached? */
typedef enum UnreachableSetting
{
	UNREACHABLE_ERROR,
	UNREACHABLE_MISSING			/* without these areas, which are said to be missing */
} UnreachableSetting;

/* Their values. */
extern char *setting_known_at;	/* a moment as text, "" for now */
extern int	setting_publish_timeout;	/* in milliseconds */
extern int	setting_fold_threshold; /* in deltas, 0: writers never fold */

extern int	setting_rewrite;	/* RewriteSetting */
extern int	setting_unreachable;	/* UnreachableSetting */

extern void define_settings(void);

#endif							/* EMGOV_SETTINGS_H */
