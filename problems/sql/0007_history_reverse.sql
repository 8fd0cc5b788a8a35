ALTER TABLE problems_problemevent DROP CONSTRAINT event_of_problem;
