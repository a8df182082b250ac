"""A camt.053 to vary in tests: parts are strings that each test puts together."""

ENTRY = """
<Ntry>
  <NtryRef>{ref}</NtryRef>
  <Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{extra}
  <Sts>BOOK</Sts>
  <BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><DtTm>2026-03-03T23:30:00-05:00</DtTm></ValDt>
  <AcctSvcrRef>BANK{ref}</AcctSvcrRef>
  <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
  {details}
</Ntry>
"""
DETAILS = """
<TxDtls>
  <Refs><EndToEndId>{e2e}</EndToEndId></Refs>{amount}
  <RltdPties>
    <Dbtr><Nm>Atelier du Port</Nm></Dbtr>
    <DbtrAcct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></DbtrAcct>
    <Cdtr><Nm>Notre Société</Nm></Cdtr>
    <CdtrAcct><Id><IBAN>FR7612345678901234567890125</IBAN></Id></CdtrAcct>
  </RltdPties>
  <RmtInf><Ustrd>FAC/2026/0</Ustrd><Ustrd>0012</Ustrd>
    <Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>{more}
</TxDtls>
"""


def balance(code: str, amount: str, sign: str = "CRDT") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
        f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>"
    )


def details(e2e: str = "E2E-1", amount: str = "", more: str = "") -> str:
    told = f"<Amt Ccy='EUR'>{amount}</Amt>" if amount else ""
    return DETAILS.format(e2e=e2e, amount=told, more=more)


def entry(
    amount: str, sign: str = "CRDT", inside: str = "", ref: str = "1", extra: str = ""
) -> str:
    wrapped = f"<NtryDtls>{inside}</NtryDtls>" if inside else ""
    return ENTRY.format(amount=amount, sign=sign, ref=ref, details=wrapped, extra=extra)


def camt(*parts: str, version: str = "053.001.08", account: str = "") -> bytes:
    account = account or (
        "<Acct><Id><IBAN>FR7612345678901234567890125</IBAN></Id><Ccy>EUR</Ccy></Acct>"
    )
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{version}"><BkToCstmrStmt>'
        f"<Stmt><Id>S1</Id>{account}{''.join(parts)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()
