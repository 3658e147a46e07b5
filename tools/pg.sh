# tools/pg.sh: a PostgreSQL of one's own under build/, to be sourced by bash.
#
#   pg_private      build/pgsql: the system's PostgreSQL binaries, copied, with links to
#                   its files, so that `make install` touches nothing outside build/
#   pg_start        a cluster in build/cluster, owned by postgres, on a free port
#   pg_stop         stops that cluster, and only that one
#   pg_run COMMAND  runs a command as the cluster's owner
#
# After pg_start: PGHOST, PGPORT, PGUSER, PG_CONFIG are exported.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build
pg_major=${EMGOV_PG_MAJOR:-15}
pg_system=/usr/lib/postgresql/$pg_major
pg_home=$build/pgsql
pg_bin=$pg_home/lib/postgresql/$pg_major/bin
pg_data=$build/cluster

pg_run() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && setpriv --reuid=postgres --regid=postgres --init-groups env HOME=/tmp "$@")
    else
        "$@"
    fi
}

pg_private() {
    export PG_CONFIG=$pg_bin/pg_config
    [ -x "$PG_CONFIG" ] && cmp -s "$pg_system/bin/postgres" "$pg_bin/postgres" && return
    rm -rf "$pg_home"
    mkdir -p "$pg_home/lib/postgresql" "$pg_home/share/postgresql"
    cp -as "$pg_system" "$pg_home/lib/postgresql/"
    rm -rf "$pg_bin"
    cp -a "$pg_system/bin" "$pg_bin"
    cp -as "/usr/share/postgresql/$pg_major" "$pg_home/share/postgresql/"
    ln -s /usr/include "$pg_home/include"
}

pg_free_port() {
    local port
    for port in $(shuf -i 20000-32000 -n 50); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
    return 1
}

pg_start() {
    pg_private
    export PGHOST=$build/socket PGUSER=postgres PGPORT
    mkdir -p "$build/socket" "$build/log"
    if [ "$(id -u)" = 0 ]; then
        mkdir -p "$pg_data"
        chown postgres: "$pg_data" "$build/socket" "$build/log"
    fi
    if [ ! -s "$pg_data/PG_VERSION" ]; then
        pg_run "$pg_bin/initdb" -D "$pg_data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$build/initdb.log"
        cat "$root/tools/postgresql.conf" >>"$pg_data/postgresql.conf"
    fi
    if pg_run "$pg_bin/pg_ctl" -D "$pg_data" status >/dev/null; then
        PGPORT=$(sed -n 4p "$pg_data/postmaster.pid")
        return
    fi
    PGPORT=$(pg_free_port)
    pg_run "$pg_bin/pg_ctl" -D "$pg_data" -w -s -l "$build/log/server.log" \
        -o "-p $PGPORT -k $PGHOST -c listen_addresses=''" start
}

pg_stop() {
    [ -s "$pg_data/postmaster.pid" ] && pg_run "$pg_bin/pg_ctl" -D "$pg_data" -w -s -m fast stop
    return 0
}
