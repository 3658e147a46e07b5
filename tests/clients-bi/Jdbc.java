import java.nio.file.*;
import java.sql.*;
import java.util.*;

/** JDBC: what it says of the catalog, and every row. See run. Arguments: the port, the file of queries. */
public class Jdbc {
    static final StringBuilder out = new StringBuilder();

    static void line(Object... fields) {
        StringJoiner joiner = new StringJoiner("\t");
        for (Object field : fields)
            joiner.add(String.valueOf(field));
        out.append(joiner).append('\n');
    }

    static String text(ResultSet rows, int column, int type) throws SQLException {
        Object value;
        switch (type) {
            case Types.BIT: value = rows.getBoolean(column) ? "t" : "f"; break;
            case Types.NUMERIC: value = rows.getBigDecimal(column) == null ? null : rows.getBigDecimal(column).toPlainString(); break;
            case Types.DATE: value = rows.getObject(column, java.time.LocalDate.class); break;
            case Types.TIMESTAMP:
                java.time.OffsetDateTime moment = rows.getObject(column, java.time.OffsetDateTime.class);
                value = moment == null ? null : moment.format(java.time.format.DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ssX")); break;
            default: value = rows.getObject(column);
        }
        if (rows.wasNull() || value == null)
            return "\\N";
        return value.toString().replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r").replaceAll("(:\\d\\d)Z$", "$1+00");
    }

    static void rows(Connection connection, String query, Object... before) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(query)) {
            ResultSetMetaData about = rows.getMetaData();
            int begun = out.length(), number = 0;
            while (rows.next()) {
                if (++number > 4000)
                    continue;
                List<Object> fields = new ArrayList<>(Arrays.asList(before));
                for (int i = 1; i <= about.getColumnCount(); i++)
                    fields.add(text(rows, i, about.getColumnType(i)));
                line(fields.toArray());
            }
            if (number > 4000) {
                out.setLength(begun);
                List<Object> fields = new ArrayList<>(Arrays.asList(before));
                fields.add(number);
                line(fields.toArray());
            }
        }
    }

    static String type(int type, int size, int scale, String name) {
        switch (type) {
            case Types.INTEGER: return "integer";
            case Types.NUMERIC: return "numeric(" + size + "," + scale + ")";
            case Types.VARCHAR: return "varchar(" + size + ")";
            case Types.BIT: return "boolean";
            case Types.DATE: return "date";
            case Types.TIMESTAMP: return name;
            default: return "unknown " + type + " " + name;
        }
    }

    public static void main(String[] arguments) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:postgresql://localhost:" + arguments[0] + "/emgov_clients", "clients_reader", "clients_reader")) {
            DatabaseMetaData catalog = connection.getMetaData();
            try (ResultSet tables = catalog.getTables(null, "ledger\\_report%", null, new String[] {"TABLE", "VIEW"})) {
                while (tables.next()) {
                    String schema = tables.getString("TABLE_SCHEM"), relation = tables.getString("TABLE_NAME");
                    line("R", schema, relation);
                    line("C", schema, relation, "", tables.getString("REMARKS"));
                    rows(connection, "SELECT * FROM \"" + schema + "\".\"" + relation + "\"", "V", schema, relation);
                }
            }
            try (ResultSet columns = catalog.getColumns(null, "ledger\\_report%", null, null)) {
                while (columns.next()) {
                    Object[] name = {columns.getString("TABLE_SCHEM"), columns.getString("TABLE_NAME"), columns.getString("COLUMN_NAME")};
                    line("T", name[0], name[1], name[2], type(columns.getInt("DATA_TYPE"), columns.getInt("COLUMN_SIZE"), columns.getInt("DECIMAL_DIGITS"), columns.getString("TYPE_NAME")));
                    if (columns.getString("REMARKS") != null)
                        line("C", name[0], name[1], name[2], columns.getString("REMARKS"));
                }
            }
            int number = 0;
            for (String query : Files.readAllLines(Paths.get(arguments[1])))
                if (query.startsWith("SELECT"))
                    rows(connection, query, "G", ++number);
        }
        System.out.print(out);
        System.out.flush();
    }
}
