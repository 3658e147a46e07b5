# Join the extension's SQL parts and expand template lines:
#
#   --@ TEMPLATE key=value key='a value with spaces' ...
#
# is replaced by templates/TEMPLATE.sql, in which each @key@ becomes its value. Lines that
# begin with --@+ continue it.
# An unknown template or a key left unfilled stops the build.

function fail(message) {
    print FILENAME ":" FNR ": " message > "/dev/stderr"
    failed = 1
    exit 1
}

function expand(line,    name, file, text, row, key, value, at, parts) {
    sub(/^--@ +/, "", line)
    name = line
    sub(/[ \t].*/, "", name)
    sub(/^[^ \t]+[ \t]*/, "", line)
    file = templates "/" name ".sql"
    text = ""
    while ((getline row < file) > 0)
        text = text row "\n"
    if (text == "")
        fail("no template " file)
    close(file)
    while (match(line, /^[a-z_]+=('[^']*'|[^ \t]+)/)) {
        parts = substr(line, 1, RLENGTH)
        line = substr(line, RLENGTH + 1)
        sub(/^[ \t]+/, "", line)
        at = index(parts, "=")
        key = "@" substr(parts, 1, at - 1) "@"
        value = substr(parts, at + 1)
        gsub(/^'|'$/, "", value)
        gsub(/[\\&]/, "\\\\&", value)
        gsub(key, value, text)
    }
    if (line != "")
        fail("cannot read the template arguments at: " line)
    if (match(text, /@[a-z_]+@/))
        fail("template " name " needs " substr(text, RSTART, RLENGTH))
    printf "%s", text
}

function finish() {
    if (pending != "")
        expand(pending)
    pending = ""
}

/^--@ / { finish(); pending = $0; next }
/^--@\+ / { pending = pending substr($0, 5); next }
{ finish(); print }
END { if (!failed) finish(); exit failed }
