#!/usr/bin/env bash
# The commands of the documentation: every ```console block of a page is run as a reader would, line by line after "$ ",
# and what is printed compared with what the page says. … stands for anything in a line.
#
#   tests/client/emgov_docs.sh [PAGE.md ...]       needs a server with emgov installed, and build/client/emgov
#   tests/client/emgov_docs.sh -w [PAGE.md ...]    writes what is printed into the pages: read the difference!
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
write=no
[ "${1:-}" = -w ] && { write=yes; shift; }
[ $# -gt 0 ] || set -- $(grep -l '^```console' docs/*.md)
work=$(mktemp -d) status=0 blocks=0
export PATH=$PWD/build/client${EMGOV_CHECKED_COMMAND:+-checked}:$PATH PGDATABASE=emgov_docs_command LC_ALL=C.UTF-8 PGCLIENTENCODING=UTF8 ASAN_OPTIONS=detect_leaks=0
unset LANG LANGUAGE EMGOV_LEDGER
admin() { PGOPTIONS='-c client_min_messages=error' psql -X -q -d postgres "$@"; }
trap 'admin -c "DROP DATABASE IF EXISTS emgov_docs_command WITH (FORCE)"; rm -rf "$work"' EXIT
for page in "$@"; do
    admin -c 'DROP DATABASE IF EXISTS emgov_docs_command WITH (FORCE)' -c 'CREATE DATABASE emgov_docs_command' || exit 1
    rm -rf "$work/here" && mkdir "$work/here"
    # what `cat FILE` shows is made first
    awk -v here="$work/here/" '/^```/ { inside = /^```console/; file = ""; next } !inside { next }
        /^\$ / { file = ""; if ($2 == "cat" && NF == 3) file = here $3; next } file != "" { print > file }' "$page"
    export page work write
    perl -CSD -e '
        use strict; use utf8;
        open my $in, "<:utf8", $ENV{page} or die; my @line = <$in>; close $in;
        my (@out, $inside, $command, @want, $bad, $n);
        sub ended {
            return unless defined $command;
            open my $script, ">:utf8", "$ENV{work}/command" or die; print $script "cd $ENV{work}/here\n(exit \${last:-0})\n$command\nlast=\$?\n"; close $script;
            print STDERR "" if 0;
            $ENV{last} //= 0;
            my $said = `last=$ENV{last} bash -c ". $ENV{work}/command 2>&1; echo; echo last=\\\$last"`; utf8::decode($said);
            $said =~ s/\n?last=(\d+)\n\z//; $ENV{last} = $1; $said =~ s/\n\z//;
            my @got = map { s/\s+\z//r } split /\n/, $said; my @new;
            for my $i (0 .. ($#got > $#want ? $#got : $#want)) {
                my ($g, $w) = ($got[$i], $want[$i]);
                my $any = defined $w ? join ".*", map quotemeta, split /…/, $w, -1 : "";
                if (defined $g && defined $w && ($g eq $w || ($w =~ /…/ && $g =~ /^$any\z/))) { push @new, $w; next }
                push @new, $g if defined $g;
                $bad = 1; print "$ENV{page}: \$ $command\n  -", $w // "(nothing)", "\n  +", $g // "(nothing)", "\n" if $ENV{write} eq "no";
            }
            push @out, map "$_\n", $ENV{write} eq "yes" ? @new : @want;
            ($command, @want) = (undef);
        }
        for (@line) {
            if (/^```/) { ended() if $inside; $inside = /^```console/; $n++ if $inside; push @out, $_; next }
            if (!$inside) { push @out, $_; next }
            if (/^\$ (.*)/) { ended(); $command = $1; push @out, $_; next }
            s/\s+\z//; push @want, $_ if defined $command;
        }
        if ($ENV{write} eq "yes") { open my $to, ">:utf8", $ENV{page}; print $to @out }
        exit($bad && $ENV{write} eq "no" ? 1 : 0)' || status=1
    blocks=$((blocks + $(grep -c '^```console' "$page")))
done
[ $status = 0 ] && echo "$blocks blocks of $# pages"
exit $status
