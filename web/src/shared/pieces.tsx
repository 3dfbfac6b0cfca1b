import type { Piece } from './diff';

/** A text whose differing characters are marked, by colour and by underline. */
export function Pieces({ pieces }: { pieces: Piece[] }) {
  return (
    <>
      {pieces.map((piece, index) =>
        piece.same ? (
          piece.text
        ) : (
          <span key={index} className="diff">
            {piece.text}
          </span>
        ),
      )}
    </>
  );
}
