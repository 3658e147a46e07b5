--@ summary_type type=remediation_summary zero=0 comment='Enterprises by outcome of their remediation: total = pending + exited + upgraded. Text form as in exited=678 upgraded=1172'
--@ ordered_type type=remediation_summary order='Order by the first stored field, then the second, and so on'
--@ summary_field type=remediation_summary field=total returns=bigint comment='Enterprises counted: pending, exited and upgraded'
--@ summary_field type=remediation_summary field=pending returns=bigint comment='Enterprises not finished'
--@ summary_field type=remediation_summary field=exited returns=bigint comment='Enterprises that exited'
--@ summary_field type=remediation_summary field=upgraded returns=bigint comment='Enterprises that upgraded'

--@ summary_aggregate type=remediation_summary zero=0 aggregate=remediation_agg transition=remediation_accumulate inverse=remediation_discard accumulate=remediation_accumulate discard=remediation_discard arguments='outcome emgov.remediation_outcome' types='emgov.remediation_outcome' comment='Enterprises by outcome, one a row; a NULL outcome is not counted, no rows give the zero'
