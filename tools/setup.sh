# tools/setup.sh: what ./demo and ./check have in common, to be sourced by bash.
#
#   quietly WHAT COMMAND ...   runs a command without a word; if it fails, shows the end of
#                              what it said and ends the script
#   install_packages [WHAT]    installs what missing_packages, or missing_WHAT, names, as root or through sudo
#   usage SCRIPT               prints the comment at the top of a script
#   one_at_a_time              waits until no other ./demo, ./check or benchmark works in this checkout
#
# Needs tools/pg.sh.

usage() { awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$1"; }

quietly() {
    local what=$1 log=$build/log/quiet.log
    shift
    mkdir -p "$build/log"
    if ! "$@" >"$log" 2>&1; then
        { tail -n 30 "$log"; echo "failed: $what (all of it: $log)"; } >&2
        exit 1
    fi
}

# Print the Debian packages that are missing. Looked for by what they bring, so that
# the same things installed otherwise are as good.
missing_packages() {
    if [ -z "${EMGOV_PG_CONFIG:-}" ]; then
        [ -x "$pg_system_bin/postgres" ] || echo "postgresql-$pg_major"
        [ -e "$pg_system_lib/pgxs/src/makefiles/pgxs.mk" ] &&
            [ -e "/usr/include/postgresql/$pg_major/server/postgres.h" ] ||
            echo "postgresql-server-dev-$pg_major"
        [ -e "$pg_system_lib/pg_cron.so" ] || echo "postgresql-$pg_major-cron"
        [ -e "$pg_system_share/extension/pgtap.control" ] || echo "postgresql-$pg_major-pgtap"
    fi
    [ -e /usr/include/postgresql/libpq-fe.h ] || echo libpq-dev
    type -p pg_prove >/dev/null || echo libtap-parser-sourcehandler-pgtap-perl
    type -p gcc >/dev/null || echo gcc
    [ -e /usr/include/stdlib.h ] || echo libc6-dev
    type -p make >/dev/null || echo make
    type -p nm >/dev/null || echo binutils
    type -p xz >/dev/null || echo xz-utils
    type -p diff >/dev/null || echo diffutils
    type -p flock >/dev/null || echo util-linux
    # of the command emgov: to build it, to read its manual, and the programs that it works with
    type -p pkg-config >/dev/null || echo pkg-config
    [ -e /usr/include/expat.h ] || echo libexpat1-dev
    [ -e /usr/include/xlsxwriter.h ] || echo libxlsxwriter-dev
    [ -e /usr/include/zip.h ] || echo libzip-dev
    type -p mandoc >/dev/null || echo mandoc
    type -p zip >/dev/null || echo zip
    type -p unzip >/dev/null || echo unzip
    type -p ssconvert >/dev/null || echo gnumeric
    type -p pandoc >/dev/null || echo pandoc
    type -p gnuplot >/dev/null || echo gnuplot-nox
    type -p rsvg-convert >/dev/null || echo librsvg2-bin
    [ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || echo fonts-noto-cjk
}

# The same for PDF: of LibreOffice, Chromium and WeasyPrint one is enough. LibreOffice is the smallest that is quick,
# and prints the Word document itself.
missing_documents() {
    type -p soffice >/dev/null || type -p chromium >/dev/null || type -p weasyprint >/dev/null || echo libreoffice-writer-nogui
}

# The same for the clients of tests/clients-bi; the module of node comes by npm.
missing_clients() {
    [ -e /usr/include/sqlext.h ] || echo unixodbc-dev
    type -p isql >/dev/null || echo unixodbc
    [ -e /etc/odbcinst.ini ] && grep -q 'PostgreSQL Unicode' /etc/odbcinst.ini || echo odbc-postgresql
    /usr/bin/python3 -c 'import psycopg2' 2>/dev/null || echo python3-psycopg2
    /usr/bin/python3 -c 'import psycopg' 2>/dev/null || echo python3-psycopg
    type -p node >/dev/null || echo nodejs
    type -p npm >/dev/null || echo npm
}

# Install packages. The system gets the programs, not a cluster: the package would make
# and start one, unless told not to.
apt_install() {
    local policy=/etc/postgresql-common/createcluster.d/emgov.conf status
    mkdir -p "${policy%/*}"
    echo "create_main_cluster = false" >"$policy"
    {
        apt-get -qq update || true
        DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
            -o DPkg::Lock::Timeout=300 install "$@" </dev/null
    }
    status=$?
    rm -f "$policy"
    rmdir --ignore-fail-on-non-empty "${policy%/*}"
    return $status
}

install_packages() {
    local missing list=missing_${1:-packages}
    missing=$($list | tr '\n' ' ')
    [ -z "$missing" ] && return
    if ! type -p apt-get >/dev/null; then
        echo "This needs, by Debian's names: $missing" >&2
        exit 1
    elif [ "$(id -u)" = 0 ]; then
        echo "Installing $missing..."
        quietly "apt-get install $missing" apt_install $missing
    elif type -p sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        echo "Installing with sudo: $missing..."
        sudo bash -c "$(declare -f apt_install); apt_install $missing" >/dev/null
    else
        echo "Missing: $missing" >&2
        echo "Install them as root:  apt-get install $missing" >&2
        echo "(or run this once as root, or with sudo installed)" >&2
        exit 1
    fi
    missing=$($list | tr '\n' ' ')
    [ -z "$missing" ] && return
    echo "Still missing after the installation: $missing" >&2
    exit 1
}

# The lock is held on file descriptor 9 until the script ends; a server that outlives the
# script does not hold it (see pg_run).
one_at_a_time() {
    mkdir -p "$build" 2>/dev/null
    if ! { : >>"$build/lock"; } 2>/dev/null; then
        echo "User $(id -un) may not write to $build." >&2
        echo "Run this as the user it belongs to, or in a clone of your own." >&2
        exit 1
    fi
    exec 9>>"$build/lock"
    flock -n 9 && return
    echo "Another ./demo, ./check or benchmark works in this checkout; waiting for it..."
    flock 9
}
