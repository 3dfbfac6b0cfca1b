import { Button } from 'antd';
import { Component, type ReactNode } from 'react';
import { useT } from '../i18n';

function Broken({ message }: { message: string }) {
  const t = useT();
  return (
    <div className="state failed" role="alert">
      <span className="glyph" aria-hidden="true">
        !
      </span>
      <h3>{t('state.broken')}</h3>
      <span>{t('state.brokenHint')}</span>
      <span className="trace">{message}</span>
      <Button onClick={() => location.reload()}>{t('state.reload')}</Button>
    </div>
  );
}

interface Props {
  /** Another place is another try: the boundary forgets its failure. */
  place: string;
  children: ReactNode;
}

/** Keeps navigation and language alive when a page fails to draw itself or its file cannot be loaded. */
export class Boundary extends Component<Props, { error?: Error }> {
  state: { error?: Error } = {};

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  componentDidUpdate(before: Props) {
    if (before.place !== this.props.place && this.state.error) this.setState({ error: undefined });
  }

  render() {
    return this.state.error ? <Broken message={this.state.error.message} /> : this.props.children;
  }
}
