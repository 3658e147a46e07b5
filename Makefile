# emgov: build, install and test with PGXS
#
#   make && make install && make installcheck       any PG_CONFIG of PostgreSQL 14 to 18
#   make unit                                       the arithmetic, without a server
#   make bench                                      ratios of speed, see bench/README.md

PG_CONFIG  ?= pg_config

EXTENSION   = emgov
EXTVERSION  = $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" emgov.control)
MODULE_big  = emgov

CORE_SOURCES = $(sort $(wildcard extension/src/core/*.c))
SOURCES      = $(CORE_SOURCES) $(sort $(wildcard extension/src/kernel/*.c extension/src/rollup/*.c extension/src/ledger/*.c extension/src/*.c))
OBJS         = $(SOURCES:.c=.o)

# The server's headers are not ours to warn about.
PG_CPPFLAGS = -Iextension/src -isystem $(shell $(PG_CONFIG) --includedir-server)
PG_CFLAGS   = -Wextra -fvisibility=hidden

# The extension's script: its parts in order, each summary type's block expanded
# from the template (see extension/sql/kernel/expand.awk).
include extension/sql/parts.mk
SCRIPT      = emgov--$(EXTVERSION).sql
DATA        = $(wildcard extension/upgrade/emgov--*--*.sql)
DATA_built  = $(SCRIPT)
EXTRA_CLEAN = $(SCRIPT) results regression.diffs regression.out build/unit

REGRESS      = $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))
REGRESS_OPTS = --inputdir=. --load-extension=emgov

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(SCRIPT): $(SQL_PARTS) $(SQL_EXPAND) $(wildcard extension/sql/kernel/templates/*.sql) emgov.control
	LC_ALL=C awk -v templates=extension/sql/kernel/templates -f $(SQL_EXPAND) $(SQL_PARTS) > $@.tmp
	mv $@.tmp $@

# Every object depends on every header: the tree is small, and nothing is ever stale.
$(OBJS): $(wildcard extension/src/*.h extension/src/*/*.h)

# ------------------------------------------------------------------ tests without a server
UNIT_CFLAGS = -std=c11 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Werror -Iextension/src -Itests/unit \
              -fsanitize=address,undefined -fno-sanitize-recover=all
UNIT_TESTS  = $(patsubst tests/unit/%.c,build/unit/%,$(sort $(wildcard tests/unit/test_*.c)))

build/unit/%: tests/unit/%.c tests/unit/unit.h $(CORE_SOURCES) $(wildcard extension/src/core/*.h)
	@mkdir -p build/unit
	$(CC) $(UNIT_CFLAGS) -o $@ $< $(CORE_SOURCES) -lm

.PHONY: unit bench
unit: $(UNIT_TESTS)
	@for t in $(UNIT_TESTS); do $$t || exit 1; done

bench:
	bench/aggregates
	bench/ledger
	bench/rollup
