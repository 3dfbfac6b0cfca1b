// The page that the issuer of the single sign-on sends the browser back to: it hands over what the issuer gave.
import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { useNavigate, useSearchParams } from 'react-router-dom';
import { useChange } from '../../api/hooks';
import { useT } from '../../i18n';
import { ProblemAlert } from '../../shared/problem_alert';
import { Empty, Loading } from '../../shared/states';
import { Entrance } from './frame';
import { takeTarget } from './target';

export default function SignOn() {
  const t = useT();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [params] = useSearchParams();
  const finish = useChange('finish_sign_on');
  const isAsked = useRef(false);
  const state = params.get('state') ?? '';
  const code = params.get('code') ?? '';
  useEffect(() => {
    if (isAsked.current || !state || !code) return;
    isAsked.current = true; // a code serves once
    finish.mutate(
      { body: { state, code } },
      {
        onSuccess: (me) => {
          client.clear();
          client.setQueryData(['me', {}], me);
          navigate(takeTarget(), { replace: true });
        },
      },
    );
  }, [state, code, finish, client, navigate]);
  const isRefused = !state || !code;
  return (
    <Entrance title={t('signOn.title')}>
      {finish.error ? (
        <ProblemAlert error={finish.error} />
      ) : isRefused ? (
        <Empty title={t('signOn.refused')} />
      ) : (
        <Loading />
      )}
      {(finish.error || isRefused) && (
        <Button size="large" block onClick={() => navigate('/login', { replace: true })}>
          {t('signOn.back')}
        </Button>
      )}
    </Entrance>
  );
}
