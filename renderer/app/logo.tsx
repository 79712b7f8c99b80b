/** A balance beam over its mark: to assay is to weigh. */
export function Logo() {
  return (
    <svg width="22" height="22" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeLinecap="round" aria-hidden>
      <title>Assay</title>
      <path d="M12 3.5v14M7.5 20.5h9" strokeWidth="1.8" />
      <path d="M4 7.5l16-2.5" strokeWidth="1.8" />
      <path
        d="M1.5 14L4.5 7.5l3 6.5a3.2 3.2 0 0 1-6 0zM16.5 11.5l3-6.5 3 6.5a3.2 3.2 0 0 1-6 0z"
        strokeWidth="1.5"
        strokeLinejoin="round"
      />
    </svg>
  );
}
