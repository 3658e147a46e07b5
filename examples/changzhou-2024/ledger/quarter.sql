-- What became known in the quarter of table batch, system by system.
\ir a_leadership.sql
\ir b_tasks.sql
\ir c_clearance.sql
\ir d_drills.sql
\ir e_accidents.sql
\ir f_powers.sql
\ir g_joint.sql
\ir h_inspections.sql
\ir i_chemicals.sql
\ir k_dust.sql
\ir l_leases.sql
\ir m_publicity.sql
\ir n_review.sql
