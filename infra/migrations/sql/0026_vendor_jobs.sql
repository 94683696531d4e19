-- Work that a vendor takes on and does in minutes: by what it is asked about again, by whichever process looks next.
-- Up Migration
ALTER TABLE requests.attempts
  -- Ids and addresses of the vendor's, stored before anything else is done with the job; null until it has taken one on.
  ADD COLUMN vendor_job jsonb,
  -- Percent, as the vendor last said.
  ADD COLUMN vendor_progress smallint CHECK (vendor_progress BETWEEN 0 AND 100),
  -- How often in a row the vendor could not be asked.
  ADD COLUMN vendor_silences integer NOT NULL DEFAULT 0;
