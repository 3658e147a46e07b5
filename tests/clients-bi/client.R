# R by RPostgreSQL. See run. Numbers are doubles here: printed with the decimals that the driver knows. What it
# calls precision is the server's modifier of a type: 4 more than a length, or than precision * 65536 + scale.
library(RPostgreSQL)
arguments <- commandArgs(trailingOnly = TRUE)
connection <- dbConnect(PostgreSQL(), host = "localhost", port = as.integer(arguments[1]), dbname = "emgov_clients", user = "clients_reader", password = "clients_reader")
out <- function(...) cat(paste(..., sep = "\t"), sep = "\n")
text <- function(value, scale) {
    written <- if (is.logical(value)) ifelse(value, "t", "f")
        else if (inherits(value, "POSIXt")) format(value, "%Y-%m-%d %H:%M:%S+00", tz = "UTC")
        else if (inherits(value, "Date")) format(value, "%Y-%m-%d")
        else if (is.double(value)) formatC(value, format = "f", digits = max(scale, 0))
        else gsub("\r", "\\\\r", gsub("\n", "\\\\n", gsub("\t", "\\\\t", gsub("\\", "\\\\", enc2utf8(as.character(value)), fixed = TRUE))))
    ifelse(is.na(value), "\\N", written)
}
kinds <- c(INT4 = "integer", INT8 = "bigint", INTEGER = "integer", DATE = "date", BOOL = "boolean", TIMESTAMPTZ = "timestamptz", TIMESTAMPTZOID = "timestamptz")
answer <- function(query, ...) {
    result <- dbSendQuery(connection, query)
    columns <- dbColumnInfo(result)
    columns$scale <- ifelse(columns$type == "DECIMAL" & columns$precision > 0, (columns$precision - 4) %% 65536, 0)
    columns$size <- ifelse(columns$type == "DECIMAL", (columns$precision - 4) %/% 65536, columns$precision - 4)
    rows <- fetch(result, n = -1)
    dbClearResult(result)
    if (nrow(rows) > 4000)
        out(..., nrow(rows))
    else if (nrow(rows) > 0)
        out(..., do.call(paste, c(lapply(seq_len(ncol(rows)), function(i) text(rows[[i]], columns$scale[i])), sep = "\t")))
    columns
}
listed <- dbGetQuery(connection, "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema LIKE 'ledger%'")
for (i in seq_len(nrow(listed))) {
    out("R", listed$table_schema[i], listed$table_name[i])
    columns <- answer(sprintf('SELECT * FROM "%s"."%s"', listed$table_schema[i], listed$table_name[i]), "V", listed$table_schema[i], listed$table_name[i])
    kind <- ifelse(columns$type == "VARCHAR", sprintf("varchar(%.0f)", columns$size), ifelse(columns$type == "DECIMAL", sprintf("numeric(%.0f,%.0f)", columns$size, columns$scale),
        ifelse(columns$type %in% names(kinds), kinds[columns$type], paste("unknown", columns$type))))
    out("T", listed$table_schema[i], listed$table_name[i], columns$name, kind)
}
number <- 0
for (query in grep("^SELECT", readLines(arguments[2], encoding = "UTF-8"), value = TRUE)) {
    number <- number + 1
    answer(query, "G", number)
}
invisible(dbDisconnect(connection))
