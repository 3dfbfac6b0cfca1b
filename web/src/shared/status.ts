// Colour of a status by its meaning; the text always stands beside it, so colour is never alone.
export function statusClass(title: string | undefined): string {
  if (!title) return '';
  if (/注销|吊销|撤|关闭|破产|Cancel|Revok|Closed|Bankrupt/i.test(title)) return 'bad';
  if (/停业|歇业|筹建|清算|迁出|Suspend|Prepar|Liquid/i.test(title)) return 'warn';
  if (/正常|存续|在业|开业|在营|Normal|Active|Operat/i.test(title)) return 'good';
  return '';
}
