--@ summary_type type=inspection_summary zero=0 comment='Inspections, documents issued, hazards found and rectified. Text form as in inspections=225 documents=1147 hazards=1060 major_hazards=11'
--@ ordered_type type=inspection_summary order='Order by the first stored field, then the second, and so on'
--@ summary_field type=inspection_summary field=inspections returns=bigint comment='Inspections made'
--@ summary_field type=inspection_summary field=documents returns=bigint comment='Enforcement documents issued'
--@ summary_field type=inspection_summary field=hazards returns=bigint comment='Hazards found, major ones among them'
--@ summary_field type=inspection_summary field=major_hazards returns=bigint comment='Major hazards found'
--@ summary_field type=inspection_summary field=rectified returns=bigint comment='Hazards rectified'

--@ summary_aggregate type=inspection_summary zero=0 aggregate=inspection_agg transition=inspection_accumulate inverse=inspection_discard accumulate=inspection_accumulate discard=inspection_discard arguments='documents integer, hazards integer, major_hazards integer, rectified integer' types='integer, integer, integer, integer' comment='Inspections and what they found, one inspection a row. A NULL among the four is nothing, a row of NULLs no inspection; negative values are errors'
