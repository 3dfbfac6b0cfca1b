import qrcode from 'qrcode-generator';
import { useT } from '../i18n';

/** A text as a QR code, drawn as one path so that no picture from elsewhere is needed. */
export function QrCode({ value, size = 184 }: { value: string; size?: number }) {
  const t = useT();
  const code = qrcode(0, 'M');
  code.addData(value);
  code.make();
  const modules = code.getModuleCount();
  const quiet = 4;
  let path = '';
  for (let row = 0; row < modules; row += 1) {
    for (let column = 0; column < modules; column += 1) {
      if (code.isDark(row, column)) path += `M${column + quiet},${row + quiet}h1v1h-1z`;
    }
  }
  const side = modules + 2 * quiet;
  return (
    <svg
      width={size}
      height={size}
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={t('account.qr')}
      shapeRendering="crispEdges"
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
