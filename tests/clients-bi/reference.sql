-- What each client must say of the readers' schemas, by the catalog.
SELECT concat_ws(E'\t', 'R', nspname, relname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace WHERE nspname ~ '^ledger_report(_zh)?$';
SELECT concat_ws(E'\t', 'T', nspname, relname, attname, replace(replace(format_type(atttypid, atttypmod), 'character varying', 'varchar'), 'timestamp with time zone', 'timestamptz'))
  FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = attrelid JOIN pg_namespace AS n ON n.oid = relnamespace
 WHERE nspname ~ '^ledger_report(_zh)?$' AND attnum > 0 AND NOT attisdropped;
SELECT concat_ws(E'\t', 'C', nspname, relname, coalesce(attname, ''), description)
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace LEFT JOIN LATERAL (SELECT attname, attnum FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 UNION ALL SELECT NULL, 0) AS a ON true
  JOIN pg_description AS d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = a.attnum
 WHERE nspname ~ '^ledger_report(_zh)?$';
