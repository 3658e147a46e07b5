# emgov: build, install and test with PGXS
#
#   make && make install && make installcheck       any PG_CONFIG of PostgreSQL 14 to 18
#   make -f ../emgov/Makefile                       the same from another directory
#   make help                                       these lines
#   make client, make install-client                the emgov command, which needs a few libraries: see client/Makefile
#   make unit                                       the arithmetic, without a server
#   make bench                                      ratios of speed, see bench/README.md
#   make lint                                       what tools say of the sources
#   make coverage                                   which lines the tests reach
#   make check-server PG_CONFIG=/path/to/pg_config  the tests with any server, with assertions where it was built so: see tests/server
#   make bench-peers                                the same queries by other means, see bench/peers
#   make check-long                                 the slow tests, about twelve hours or as long as wanted: see tests/long
#   make check-citus PG_CONFIG=/path/to/pg_config   distributed records, with a server that has Citus: see docs/scale.md
#   make check-clients                              clients that are too large for ./check: see tests/clients-bi/long, tests/clients-office/long

PG_CONFIG  ?= pg_config

# Where the sources are: here, or, built from another directory, beside this file.
SOURCE_DIR := $(filter-out ./,$(dir $(firstword $(MAKEFILE_LIST))))
in_source   = $(patsubst $(SOURCE_DIR)%,%,$(sort $(foreach pattern,$(1),$(wildcard $(SOURCE_DIR)$(pattern)))))

EXTENSION   = emgov
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" $(SOURCE_DIR)emgov.control)
MODULE_big  = emgov

CORE_SOURCES = $(call in_source,extension/src/core/*.c)
SOURCES      = $(CORE_SOURCES) $(call in_source,extension/src/kernel/*.c extension/src/rollup/*.c extension/src/ledger/*.c extension/src/*.c)
OBJS         = $(SOURCES:.c=.o)
$(if $(SOURCE_DIR),$(shell mkdir -p $(sort $(dir $(OBJS)))))

# The server's headers are not ours to warn about.
PG_CPPFLAGS = -I$(SOURCE_DIR)extension/src -DEMGOV_VERSION='"$(EXTVERSION)"' -isystem $(shell $(PG_CONFIG) --includedir-server)
PG_CFLAGS   = -Wextra -fvisibility=hidden

# The extension's scripts. The server converts a script into the database's encoding before it
# runs a line of it, so what says that the database must be UTF8 is a script of its own, of
# version 0 and plain ASCII. From there the other leads to this version: its parts in order, each
# summary type's block expanded from the template (see extension/sql/kernel/expand.awk).
include $(SOURCE_DIR)extension/sql/parts.mk
FIRST_SCRIPT = emgov--0.sql
SCRIPT      = emgov--0--$(EXTVERSION).sql
DATA        = $(call in_source,extension/upgrade/emgov--*--*.sql extension/emgov.psqlrc)
DATA_built  = $(FIRST_SCRIPT) $(SCRIPT)
EXTRA_CLEAN = $(FIRST_SCRIPT) $(SCRIPT) results regression.diffs regression.out build/unit build/coverage

REGRESS      = $(patsubst sql/%.sql,%,$(call in_source,sql/*.sql))
REGRESS_OPTS = --inputdir=$(or $(SOURCE_DIR),.) --load-extension=emgov

# A server that was configured within its source tree has lost what finds the sources from elsewhere.
VPATH := $(SOURCE_DIR)
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(FIRST_SCRIPT): extension/sql/encoding.sql
	cp $< $@

SHIPPED_PACKS = $(call in_source,packs/*.json)
$(SCRIPT): $(SQL_PARTS) $(SQL_EXPAND) $(call in_source,extension/sql/kernel/templates/*.sql) $(SHIPPED_PACKS) emgov.control
	LC_ALL=C awk -v templates=$(SOURCE_DIR)extension/sql/kernel/templates -f $(SOURCE_DIR)$(SQL_EXPAND) $(SQL_PARTS:%=$(SOURCE_DIR)%) > $@.tmp
	for pack in $(SHIPPED_PACKS:%=$(SOURCE_DIR)%); do \
		echo "INSERT INTO emgov.shipped_pack SELECT document->>'name', document FROM (SELECT \$$pack\$$" && cat "$$pack" && \
		echo "\$$pack\$$::jsonb) AS shipped (document);" || exit 1; done >> $@.tmp
	mv $@.tmp $@

# Every object depends on every header: the tree is small, and nothing is ever stale.
$(OBJS): $(call in_source,extension/src/*.h extension/src/*/*.h)

# ------------------------------------------------------------------ headers
# Of the core and the kernel, under their folders, for C that reads emgov's types:
# -I$(pg_config --includedir-server)/extension/emgov, #include "compat.h" and "kernel/summary.h".
HEADER_DIR   = $(DESTDIR)$(includedir_server)/extension/emgov
EMGOV_HEADERS = $(patsubst extension/src/%,%,$(call in_source,extension/src/compat.h extension/src/core/*.h extension/src/kernel/*.h))

.PHONY: install-headers uninstall-headers remove-old-script
install: install-headers remove-old-script
# One that leads to this version at once, from a draft, would be taken instead.
remove-old-script:
	rm -f '$(DESTDIR)$(datadir)/extension/emgov--$(EXTVERSION).sql'
install-headers:
	$(MKDIR_P) '$(HEADER_DIR)/core' '$(HEADER_DIR)/kernel'
	for header in $(EMGOV_HEADERS); do $(INSTALL_DATA) "$(SOURCE_DIR)extension/src/$$header" '$(HEADER_DIR)'"/$$header" || exit 1; done
uninstall: uninstall-headers
uninstall-headers:
	rm -rf '$(HEADER_DIR)'

# ------------------------------------------------------------------ the command
# Apart from the extension, which builds without its libraries.
CLIENT_MAKE = $(MAKE) -f $(SOURCE_DIR)client/Makefile BUILD_DIR=$(CURDIR)/build/client
.PHONY: client client-checked install-client uninstall-client
client:
	+$(CLIENT_MAKE)
# with sanitizers, for tests: of those of tests/client with EMGOV_CHECKED_COMMAND
client-checked:
	+$(CLIENT_MAKE)-checked CFLAGS='-O1 -g1' COPT='-Werror -fsanitize=address,undefined -fno-sanitize-recover=all'
install-client uninstall-client:
	$(CLIENT_MAKE) $(@:-client=)

# ------------------------------------------------------------------ what there is
.PHONY: help
help:
	@sed -n '/^#  /!d; s/^#   //p' $(or $(SOURCE_DIR),./)Makefile

# ------------------------------------------------------------------ tests without a server
UNIT_CFLAGS = -std=c11 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Werror -I$(SOURCE_DIR)extension/src -I$(SOURCE_DIR)tests/unit \
              -fsanitize=address,undefined -fno-sanitize-recover=all
UNIT_TESTS  = $(patsubst tests/unit/%.c,build/unit/%,$(call in_source,tests/unit/test_*.c))

CORE_CHECKED = $(patsubst extension/src/core/%.c,build/unit/core/%.o,$(CORE_SOURCES))

build/unit/core/%.o: extension/src/core/%.c $(call in_source,extension/src/core/*.h)
	@mkdir -p build/unit/core
	$(CC) $(UNIT_CFLAGS) -c -o $@ $<

# the core under sanitizers, for unit tests and fuzzers
build/unit/core.a: $(CORE_CHECKED)
	@rm -f $@
	$(AR) crs $@ $^

build/unit/%: tests/unit/%.c tests/unit/unit.h build/unit/core.a
	$(CC) $(UNIT_CFLAGS) -o $@ $< build/unit/core.a -lm

.PHONY: unit bench bench-peers lint coverage check-server check-citus check-long check-clients
unit: $(UNIT_TESTS)
	@for t in $(UNIT_TESTS); do $$t || exit 1; done

bench:
	$(SOURCE_DIR)bench/aggregates
	$(SOURCE_DIR)bench/history
	$(SOURCE_DIR)bench/ledger
	$(SOURCE_DIR)bench/views
	$(SOURCE_DIR)bench/clients
	$(SOURCE_DIR)bench/rollup
	$(SOURCE_DIR)bench/rewrite
	$(SOURCE_DIR)bench/restatement

bench-peers:
	$(SOURCE_DIR)bench/peers

lint:
	PG_CONFIG='$(PG_CONFIG)' $(SOURCE_DIR)tools/lint

coverage:
	$(SOURCE_DIR)tools/coverage

check-server:
	$(SOURCE_DIR)tests/server '$(shell command -v $(PG_CONFIG))' $(TOPICS)

check-citus:
	$(SOURCE_DIR)tests/citus/check '$(shell command -v $(PG_CONFIG))' $(RECORDS)

check-long:
	$(SOURCE_DIR)tests/long

check-clients:
	$(SOURCE_DIR)tests/clients-bi/long
	$(SOURCE_DIR)tests/clients-office/long
