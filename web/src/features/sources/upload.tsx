import { Button } from 'antd';
import { type DragEvent, useRef, useState } from 'react';
import { Link } from 'react-router-dom';
import type { Schemas } from '../../api/client';
import { useChange } from '../../api/hooks';
import { useT } from '../../i18n';
import { bytes } from '../../shared/format';
import { JobProgress } from '../../shared/job_progress';
import { Panel } from '../../shared/page';
import { ProblemAlert } from '../../shared/problem_alert';

interface DropProps {
  file: File | undefined;
  take: (file: File | undefined) => void;
}

/** A place to drop a file on, and a button for those who do not drag. */
function DropZone({ file, take }: DropProps) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <div
      className={over ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={dropped}
    >
      <p>{file ? <b>{`${file.name} · ${bytes(file.size)}`}</b> : t('import.drop')}</p>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t('import.file')}
        onChange={(event) => take(event.target.files?.[0])}
      />
      <Button style={{ marginTop: 8 }} onClick={() => input.current?.click()}>
        {t(file ? 'import.other' : 'import.choose')}
      </Button>
    </div>
  );
}

interface Choice {
  source: string;
  date: string;
  file?: File;
}

function ChoiceFields({
  sources,
  choice,
  change,
}: {
  sources: Schemas['Source'][];
  choice: Choice;
  change: (next: Choice) => void;
}) {
  const t = useT();
  return (
    <div className="row">
      <label className="field grow">
        {t('sources.source')}
        <select
          className="native"
          value={choice.source}
          onChange={(event) => change({ ...choice, source: event.target.value })}
        >
          <option value="">{t('import.chooseSource')}</option>
          {sources.map((source) => (
            <option key={source.id} value={source.id}>
              {source.title}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        {t('import.date')}
        <input
          type="date"
          className="native"
          value={choice.date}
          onChange={(event) => change({ ...choice, date: event.target.value })}
        />
      </label>
    </div>
  );
}

/** Takes a file in and follows the task to its result. */
export function Upload({ sources, preset }: { sources: Schemas['Source'][]; preset?: string }) {
  const t = useT();
  const start = useChange('start_import');
  const [choice, setChoice] = useState<Choice>({ source: preset ?? '', date: '' });
  const [job, setJob] = useState<string>();
  const { source, date, file } = choice;
  const ready = source !== '' && !!file && file.size > 0;
  const submit = () => {
    if (!file) return;
    setJob(undefined);
    const query = { source, file_name: file.name, ...(date ? { source_date: date } : {}) };
    start.mutate({ query, file }, { onSuccess: (made) => setJob(made.id) });
  };
  return (
    <Panel title={t('import.title')}>
      <div className="panel-body stack">
        <ChoiceFields sources={sources} choice={choice} change={setChoice} />
        <DropZone file={file} take={(taken) => taken && setChoice({ ...choice, file: taken })} />
        {file?.size === 0 && <p className="bad">{t('import.emptyFile')}</p>}
        {start.error && <ProblemAlert error={start.error} />}
        <Button type="primary" disabled={!ready} loading={start.isPending} onClick={submit}>
          {t('import.go')}
        </Button>
        {job && (
          <JobProgress
            id={job}
            refresh={['list_imports', 'list_sources', 'overview']}
            done={(ended) =>
              ended.import_seq !== undefined && (
                <Link className="target" to={`/imports/${ended.import_seq}`}>
                  {t('import.result', { seq: ended.import_seq })}
                </Link>
              )
            }
          />
        )}
      </div>
    </Panel>
  );
}
