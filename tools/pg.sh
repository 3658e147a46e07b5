# tools/pg.sh: a PostgreSQL of one's own under build/, to be sourced by bash.
#
#   pg_private      the system's PostgreSQL binaries, copied, with links to its files,
#                   so that `make install` touches nothing outside build/
#   pg_start        a cluster owned by postgres, on a free port, reached by its socket, and on
#                   127.0.0.1 by roles that have a password (postgres has none)
#   pg_stop         stops that cluster, and only that one
#   pg_fresh        throws that cluster away; the next pg_start makes an empty one
#   pg_run COMMAND  runs a command as the cluster's owner
#
# With EMGOV_CLUSTERS=DIRECTORY the clusters alone lie there, in their areas: ./check has them in memory.
#
# After pg_start: PGHOST, PGPORT, PGUSER, PG_CONFIG are exported.
#
# With EMGOV_PG_CONFIG=/path/to/pg_config all this is of that server, in build/pgVERSION; see tests/server.
#
# Everything lies in build/, or in build/AREA where pg_area=AREA is set before this file is
# read: areas are independent of one another (./demo and developers use the plain one,
# ./check has its own). With pg_lane=.NAME an area has another cluster beside its first. Where the server could not work inside build/ (the checkout is
# closed to user postgres, as under /root, or its path is too long for a socket, or has
# spaces, which make cannot read) the same files lie in a directory of /var/tmp, and
# build/place links to it.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
build=$root/build
# The server: Debian's of version EMGOV_PG_MAJOR, or any other, by its pg_config. $pg_dirs is what of it is used, all below $pg_root.
if [ -n "${EMGOV_PG_CONFIG:-}" ]; then
    # its programs end with memory unfreed, for which those built with ASan would fail
    export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0}
    pg_major=$("$EMGOV_PG_CONFIG" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
    pg_system_bin=$("$EMGOV_PG_CONFIG" --bindir)
    pg_system_lib=$("$EMGOV_PG_CONFIG" --pkglibdir)
    pg_system_share=$("$EMGOV_PG_CONFIG" --sharedir)
    pg_dirs="$pg_system_bin $pg_system_lib $pg_system_share $("$EMGOV_PG_CONFIG" --includedir-server) $("$EMGOV_PG_CONFIG" --pkgincludedir)
        $("$EMGOV_PG_CONFIG" --includedir)"
    pg_root=$pg_system_bin
    for pg_root_of in $pg_dirs; do while [[ $pg_root_of/ != "$pg_root"/* ]]; do pg_root=${pg_root%/*}; done; done
else
    pg_major=${EMGOV_PG_MAJOR:-15} pg_root=/usr
    pg_system_bin=/usr/lib/postgresql/$pg_major/bin
    pg_system_lib=/usr/lib/postgresql/$pg_major/lib
    pg_system_share=/usr/share/postgresql/$pg_major
    pg_dirs="$pg_system_bin $pg_system_lib $pg_system_share /usr/include/postgresql"
fi

# Run a command as the owner of the cluster: user postgres for root, else the caller.
# Files that the caller keeps open beyond the first three (a lock) are not inherited.
pg_run() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups \
            env HOME=/tmp "$@" 8>&- 9>&-)
    else
        "$@" 8>&- 9>&-
    fi
}

# Print the directory in which the server's files can lie.
pg_find_place() {
    local place
    mkdir -p "$build"
    if [ ${#build} -le 60 ] && [[ $build != *[!A-Za-z0-9/._+-]* ]] && pg_run test -x "$build"; then
        rm -f "$build/place"
        echo "$build"
        return
    fi
    place=$(readlink "$build/place")
    if [ -z "$place" ] || [ "$(cat "$place/checkout" 2>/dev/null)" != "$root" ]; then
        place=$(mktemp -d /var/tmp/emgov.XXXXXXXX) || return
        chmod 755 "$place"
        echo "$root" >"$place/checkout"
        ln -sfn "$place" "$build/place"
    fi
    echo "$place"
}

# Set the paths of the area in use.
pg_paths() {
    # 0 in words: in a trap of EXIT a return by itself is what the script exited with, and pg_stop would go no further
    [ -n "${pg_base:-}" ] && return 0
    local area=${EMGOV_PG_CONFIG:+/pg$pg_major}${pg_area:+/$pg_area}
    pg_base=$(pg_find_place) || return
    pg_clusters=${EMGOV_CLUSTERS:-$pg_base}$area
    pg_base=$pg_base$area
    pg_home=$pg_base/pgsql
    pg_bin=$pg_home${pg_system_bin#"$pg_root"}
    pg_data=$pg_clusters/cluster${pg_lane:-}
    pg_log=$pg_base/log/server${pg_lane:-}.log
    export PG_CONFIG=$pg_bin/pg_config
    mkdir -p "$pg_base" "$pg_clusters"
}

# Make the private copy of PostgreSQL, again if the system's has been updated: its files lie to one another as there, so that
# its programs find them, and are links but for the programs.
pg_private() {
    local dir
    pg_paths || return
    [ -x "$PG_CONFIG" ] && [ -e "$("$PG_CONFIG" --includedir-server)/postgres.h" ] && cmp -s "$pg_system_bin/postgres" "$pg_bin/postgres" && return
    rm -rf "$pg_home"
    for dir in $pg_dirs; do
        [ "$dir" != /usr/include ] || continue
        mkdir -p "$pg_home${dir#"$pg_root"}" && cp -asf "$dir/." "$pg_home${dir#"$pg_root"}/" || return
    done
    rm -rf "$pg_bin" && cp -a "$pg_system_bin" "$pg_bin" || return
    [ -n "${EMGOV_PG_CONFIG:-}" ] || return 0
    # a server from source: its libpq; and pgTAP, which is SQL alone
    cp -asf "$("$EMGOV_PG_CONFIG" --libdir)"/libpq.* "$("$PG_CONFIG" --libdir)/" 2>/dev/null
    [ -e "$pg_system_share/extension/pgtap.control" ] || cp -as /usr/share/postgresql/*/extension/pgtap* "$("$PG_CONFIG" --sharedir)/extension/" 2>/dev/null
    return 0
}

# Print a port that nobody listens on.
pg_free_port() {
    local port
    for port in $(shuf -i 20000-32000 -n 50); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
    return 1
}

# True if the area's server runs. The process is known by its working directory, so that a
# postmaster.pid left behind, its number since given to another process, deceives nobody.
pg_running() {
    local pid
    pid=$(sed -n 1p "$pg_data/postmaster.pid" 2>/dev/null)
    [ -n "$pid" ] && [ "$(readlink "/proc/$pid/cwd")" = "$(readlink -f "$pg_data")" ]
}

pg_start() {
    local i
    pg_private || return
    export PGHOST=$pg_base/socket${pg_lane:-} PGUSER=postgres PGPORT
    # psql, pg_dump and others of the server's own version; and not what Debian calls so, a script that takes longer to find psql
    # than psql to answer
    [[ :$PATH: = *:"$pg_bin":* ]] || PATH=$pg_bin:$PATH
    unset PGDATABASE PGSERVICE PGPASSWORD PGOPTIONS
    mkdir -p "$PGHOST" "${pg_log%/*}"
    if pg_running; then
        PGPORT=$(sed -n 4p "$pg_data/postmaster.pid")
        for i in 1 2 3 4 5 6 7 8 9 10; do
            "$pg_bin/pg_isready" -q && return
            sleep 1
        done
        echo "the server in $pg_data runs but does not answer, see $pg_log" >&2
        return 1
    fi
    if [ "$(id -u)" = 0 ]; then
        mkdir -p "$pg_data" "$pg_data.new"
        chown postgres: "$pg_data" "$pg_data.new" "$PGHOST" "${pg_log%/*}"
    fi
    if [ ! -s "$pg_data/PG_VERSION" ]; then
        rm -rf "$pg_data" "$pg_data.new"/*
        pg_run "$pg_bin/initdb" -D "$pg_data.new" -U postgres --auth-local=trust --auth-host=scram-sha-256 -E UTF8 \
            --locale=C.UTF-8 --no-sync >"$pg_base/initdb.log" || return
        cat "$root/tools/postgresql.conf" >>"$pg_data.new/postgresql.conf"
        mv -T "$pg_data.new" "$pg_data"
    elif [ "$(cat "$pg_data/PG_VERSION")" != "$pg_major" ]; then
        echo "$pg_data is of PostgreSQL $(cat "$pg_data/PG_VERSION"); remove it to go on" >&2
        return 1
    fi
    # by the socket as whom one likes, by the network with a password
    printf '%s\n' 'local all all trust' 'local replication all trust' 'host all all 127.0.0.1/32 scram-sha-256' >"$pg_data/pg_hba.conf"
    rm -f "$pg_data/postmaster.pid" "$PGHOST"/.s.PGSQL.*
    rmdir "$pg_data.new" 2>/dev/null || :
    PGPORT=$(pg_free_port) || return
    # EMGOV_SERVER_ENV: what its environment has besides, as NAME=VALUE ...; EMGOV_POSTGRES: a program that runs postgres in its place
    pg_run env ${EMGOV_SERVER_ENV:-} "$pg_bin/pg_ctl" ${EMGOV_POSTGRES:+-p "$EMGOV_POSTGRES" -t 600} -D "$pg_data" -w -s -l "$pg_log" \
        -o "-p $PGPORT -k $PGHOST -c listen_addresses=127.0.0.1" start
}

pg_stop() {
    pg_paths || return
    if pg_running; then
        pg_run "$pg_bin/pg_ctl" -D "$pg_data" -w -s -m fast stop
    fi
}

pg_fresh() {
    pg_stop && rm -rf "$pg_data" "$pg_log"
}
