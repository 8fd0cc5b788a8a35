ALTER TABLE problems_reviewclaim DROP CONSTRAINT claim_of_problem;
