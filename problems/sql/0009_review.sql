-- A claim goes with its problem, whoever deletes it.
ALTER TABLE problems_reviewclaim
    ADD CONSTRAINT claim_of_problem FOREIGN KEY (problem_id) REFERENCES problems_problem ON DELETE CASCADE;
