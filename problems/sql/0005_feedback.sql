-- Answers, their counts and reports go with their problem, whoever deletes it.
ALTER TABLE problems_answer
    ADD CONSTRAINT answer_of_problem FOREIGN KEY (problem_id) REFERENCES problems_problem ON DELETE CASCADE;
ALTER TABLE problems_report
    ADD CONSTRAINT report_of_problem FOREIGN KEY (problem_id) REFERENCES problems_problem ON DELETE CASCADE;
-- Every first answer rewrites a row of these: the free part of each page lets it stay on its page.
ALTER TABLE problems_pickcount
    ADD CONSTRAINT pick_count_of_problem FOREIGN KEY (problem_id) REFERENCES problems_problem ON DELETE CASCADE,
    SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
