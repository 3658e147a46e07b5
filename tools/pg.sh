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
# After pg_start: PGHOST, PGPORT, PGUSER, PG_CONFIG are exported.
#
# Everything lies in build/, or in build/AREA where pg_area=AREA is set before this file is
# read: areas are independent of one another (./demo and developers use the plain one,
# ./check has its own). With pg_lane=.NAME an area has another cluster beside its first. Where the server could not work inside build/ (the checkout is
# closed to user postgres, as under /root, or its path is too long for a socket, or has
# spaces, which make cannot read) the same files lie in a directory of /var/tmp, and
# build/place links to it.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
build=$root/build
pg_major=${EMGOV_PG_MAJOR:-15}
pg_system=/usr/lib/postgresql/$pg_major

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
    [ -n "${pg_base:-}" ] && return
    pg_base=$(pg_find_place) || return
    pg_base=$pg_base${pg_area:+/$pg_area}
    pg_home=$pg_base/pgsql
    pg_bin=$pg_home/lib/postgresql/$pg_major/bin
    pg_data=$pg_base/cluster${pg_lane:-}
    pg_log=$pg_base/log/server${pg_lane:-}.log
    export PG_CONFIG=$pg_bin/pg_config
    mkdir -p "$pg_base"
}

# Make the private copy of PostgreSQL, again if the system's has been updated.
pg_private() {
    pg_paths || return
    [ -x "$PG_CONFIG" ] && [ -e "$pg_home/include/postgresql/$pg_major/server/postgres.h" ] &&
        cmp -s "$pg_system/bin/postgres" "$pg_bin/postgres" && return
    rm -rf "$pg_home"
    mkdir -p "$pg_home/lib/postgresql" "$pg_home/share/postgresql" "$pg_home/include" &&
        cp -as "$pg_system" "$pg_home/lib/postgresql/" &&
        rm -rf "$pg_bin" &&
        cp -a "$pg_system/bin" "$pg_bin" &&
        cp -as "/usr/share/postgresql/$pg_major" "$pg_home/share/postgresql/" &&
        cp -as /usr/include/postgresql "$pg_home/include/"
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
    # EMGOV_SERVER_ENV: what its environment has besides, as NAME=VALUE ...
    pg_run env ${EMGOV_SERVER_ENV:-} "$pg_bin/pg_ctl" -D "$pg_data" -w -s -l "$pg_log" \
        -o "-p $PGPORT -k $PGHOST -c listen_addresses=127.0.0.1" start
}

pg_stop() {
    pg_paths || return
    if pg_running; then
        pg_run "$pg_bin/pg_ctl" -D "$pg_data" -w -s -m fast stop
    fi
}

pg_fresh() {
    pg_stop && rm -rf "$pg_data"
}
