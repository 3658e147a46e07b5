-- Random contents, one after the other, by pg_temp.try(NUMBER): as many as the file that reads this says with :most, from the first.
-- Others, and more or fewer, with psql's --set first=NUMBER --set contents=NUMBER.
\if :{?first} \else \set first 1
\endif
\if :{?contents} \else \set contents :most
\endif
SELECT format('CALL pg_temp.try(%s);', n) FROM generate_series(:first, :first + :contents - 1) AS n \gexec
