-- The JSON of a problem as it goes out, and the draw that gives it in the same round trip.

-- Times as the API writes them: RFC 3339 in UTC, with microseconds unless there are none.
CREATE FUNCTION problems_time(p_time timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT replace(to_char(p_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000Z', 'Z')
$$;

-- A problem as JSON, field by field what ProblemSerializer gives. NULL when there is no such problem, and
-- when it cannot be served: not live, or its statements were broken behind the constraints' back.
-- p_any_status: also what is not live, whole or not.
--
-- Without p_reveal nothing in it tells which statement is right. What is left out is what the contract
-- names; the rest that would tell is null or empty: the error types (only the wrong ones have one), the
-- tenses of a problem about tenses (its tense is that of the correct sentence), the topic tags (themes of the
-- correct sentence), the metadata and the trace.
CREATE FUNCTION problems_body(
    p_id uuid, p_metadata boolean, p_reveal boolean, p_any_status boolean DEFAULT false
) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_statements json;
    v_correct integer;
    v_whole boolean;
    v_body text;
BEGIN
    IF p_reveal THEN
        SELECT json_agg(row_to_json(shown) ORDER BY position),
               array_position(array_agg(s.is_correct ORDER BY position), true) - 1,
               count(*) FILTER (WHERE s.is_correct) = 1 AND count(*) BETWEEN 2 AND 6
                   AND max(position) = count(*) - 1
          INTO v_statements, v_correct, v_whole
          FROM problems_statement s, LATERAL (
            SELECT s.id, s.content, s.is_correct, s.translation, s.explanation, s.error_type) shown
         WHERE s.problem_id = p_id;
        SELECT row_to_json(body) INTO v_body FROM (
            SELECT id, problem_type, title, instructions, coalesce(v_statements, '[]') AS statements,
                   v_correct AS correct_answer_index, target_language_code, topic_tags, grammatical_focus,
                   tenses_used, level, problems_time(created_at) AS created_at,
                   problems_time(updated_at) AS updated_at,
                   CASE WHEN p_metadata THEN source_statement_ids END AS source_statement_ids,
                   CASE WHEN p_metadata THEN metadata END AS metadata,
                   -- large, and kept apart from the row: not even read unless asked for
                   CASE WHEN p_metadata THEN generation_trace END AS generation_trace
              FROM problems_problem
             WHERE id = p_id AND (p_any_status OR status = 'live' AND v_whole)) body;
    ELSE
        SELECT json_agg(row_to_json(shown) ORDER BY position),
               count(*) FILTER (WHERE s.is_correct) = 1 AND count(*) BETWEEN 2 AND 6
                   AND max(position) = count(*) - 1
          INTO v_statements, v_whole
          FROM problems_statement s, LATERAL (SELECT s.id, s.content, NULL AS error_type) shown
         WHERE s.problem_id = p_id;
        SELECT row_to_json(body) INTO v_body FROM (
            SELECT id, problem_type, title, instructions, coalesce(v_statements, '[]') AS statements,
                   target_language_code, '{}'::text[] AS topic_tags, grammatical_focus,
                   CASE WHEN grammatical_focus <> 'mood_and_tense' THEN tenses_used ELSE '{}' END
                       AS tenses_used,
                   level, problems_time(created_at) AS created_at, problems_time(updated_at) AS updated_at,
                   NULL AS source_statement_ids, NULL AS metadata, NULL AS generation_trace
              FROM problems_problem
             WHERE id = p_id AND (p_any_status OR status = 'live' AND v_whole)) body;
    END IF;
    RETURN v_body;
END $$;

-- Draws as problems_draw does, and gives each problem with its JSON. Each body is read by a statement that
-- begins after the draw, so that it shows what was committed until then. A body is NULL when the problem
-- cannot be served after all: see problems_body.
CREATE FUNCTION problems_serve(
    p_focuses text[], p_tenses text[], p_tags text[], p_languages text[], p_levels text[], p_verbs text[],
    p_errors text[], p_count integer, p_metadata boolean, p_reveal boolean
) RETURNS TABLE (problem_id uuid, body text) LANGUAGE plpgsql AS $$
BEGIN
    FOR problem_id IN
        SELECT * FROM problems_draw(
            p_focuses, p_tenses, p_tags, p_languages, p_levels, p_verbs, p_errors, p_count)
    LOOP
        body := problems_body(problem_id, p_metadata, p_reveal);
        RETURN NEXT;
    END LOOP;
END $$;
