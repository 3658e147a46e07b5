# The parts of the extension's script, in the order in which they run. A part may use
# what stands above it, nothing below.
SQL_KERNEL = schema enums uscc periods comparison remediation accident inspection case rate significance phrase
SQL_ROLLUP = rollup
SQL_LEDGER = reference tables versions create expression indicators figure_tables sources figures report rollups publish code
SQL_PARTS  = $(SQL_KERNEL:%=extension/sql/kernel/%.sql) \
             $(SQL_ROLLUP:%=extension/sql/rollup/%.sql) \
             $(SQL_LEDGER:%=extension/sql/ledger/%.sql)
