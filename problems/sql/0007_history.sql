-- Events go with their problem, whoever deletes it.
ALTER TABLE problems_problemevent
    ADD CONSTRAINT event_of_problem FOREIGN KEY (problem_id) REFERENCES problems_problem ON DELETE CASCADE;
