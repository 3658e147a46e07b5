# The parts of the extension's script, in the order in which they run. A part may use
# what stands above it, nothing below. Kernel parts are expanded from templates.
SQL_KERNEL  = schema enums uscc periods comparison remediation accident inspection case rate significance phrase words
SQL_ROLLUP  = wide rollup
# what a ledger is, its tables by system (A to N), what is made of them, the rows it starts with
SQL_LEDGER  = ledger store report_schema constraint history setting history_ddl history_columns source live_fact changed history_partitions history_drop reference identifier subject \
              training task remediation drill severity accident permit supervised_unit inspection_plan inspection enforcement investigation document hazard \
              coercion administrative_act legal_challenge audit lease publicity review record \
              expression unit comparator indicator figure_scan dimension coverage entered reported base_value covered regime figure_member figure figure_known figure_rows \
              rule reported_check dimension_check report report_text verification publication publishing approval \
              moved restatement moves restated redact report_change report_draft report_table job schedule health rollup once definition \
              pack pack_unload pack_load pack_export reader running_totals summary summary_accident summary_flow view report_zh figure_view \
              report/dimension report/fact_accident report/fact_inspection report/fact_enforcement report/fact_campaign report/fact_work report/fact_publicity \
              report/list report/enterprise report/reporting report/reported report/ranking grant \
              import \
              seed/reference seed/dimension seed/view_column seed/report_column
SQL_PARTS   = $(SQL_KERNEL:%=extension/sql/kernel/%.sql) \
              $(SQL_ROLLUP:%=extension/sql/rollup/%.sql) \
              $(SQL_LEDGER:%=extension/sql/ledger/%.sql)
SQL_EXPAND  = extension/sql/kernel/expand.awk
