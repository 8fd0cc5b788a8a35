ALTER TABLE problems_pickcount
    DROP CONSTRAINT pick_count_of_problem,
    RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_cost_delay);
ALTER TABLE problems_report DROP CONSTRAINT report_of_problem;
ALTER TABLE problems_answer DROP CONSTRAINT answer_of_problem;
