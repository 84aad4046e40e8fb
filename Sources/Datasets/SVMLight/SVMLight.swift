public import LinearAlgebra

/// Labelled rows of sparse features, read from a file in the format of svmlight and libsvm.
///
/// A line is `label index:value index:value … # comment`. Indices ascend within a line; features that a line does not
/// name are zero. Blank lines and comments are skipped, line ends are LF or CRLF. Labels and values are decimal numbers
/// (`+1`, `-1`, `3`, `0.5`, `1e-3`). A query id `qid:n` behind the label is read over, and said in ``warnings``: no model
/// here ranks within queries. Lists of labels (`1,2`) are refused.
///
/// - Source: Joachims, svmlight.joachims.org; Chang and Lin, libsvm; scikit-learn, `load_svmlight_file`.
public struct SVMLight: Sendable, Equatable {
    /// How the features of a file are numbered.
    public enum Numbering: Sendable, Hashable {
        /// From 0 if some line names a feature 0, else from 1, as in scikit-learn's `zero_based="auto"`. Two files of the
        /// same data may differ in this: name the numbering for those that are read apart.
        case automatic
        /// From 1, as libsvm does.
        case fromOne
        /// From 0.
        case fromZero
    }

    /// The most features: more, and the numbers of a line are no indices but hashes.
    public static let mostFeatures = 1 << 27

    /// The values, [rows × features]; zeros that were written are not stored.
    public let features: SparseMatrix<Double>
    /// The label of each row.
    public let labels: [Double]
    /// Whether the file counts its features from 0.
    public let countsFromZero: Bool
    /// What the reader would have its user know.
    public let warnings: [String]

    /// Reads the file at `path`, or standard input for "-".
    ///
    /// - Parameters:
    ///   - featureCount: how many features there are, where that is more than the file tells; nil: up to the largest
    ///     index.
    /// - Throws: ``DataError`` with line and column.
    public init(
        contentsOf path: String, numbering: Numbering = .automatic, featureCount: Int? = nil
    ) throws(DataError) {
        try self.init(ByteSource(path: path), numbering, featureCount)
    }

    /// Reads bytes in memory; `name` stands for them in errors.
    public init(
        bytes: [UInt8], name: String = "data", numbering: Numbering = .automatic, featureCount: Int? = nil
    ) throws(DataError) {
        try self.init(ByteSource(name: name, bytes: bytes), numbering, featureCount)
    }

    private init(_ source: consuming ByteSource, _ numbering: Numbering, _ featureCount: Int?) throws(DataError) {
        precondition((featureCount ?? 0) >= 0, "there cannot be \(featureCount ?? 0) features")
        var reader = SVMLightReader(try LineReader(source), numbering, featureCount)
        try reader.readAll()
        (warnings, labels, countsFromZero) = (reader.warnings, reader.labels, reader.countsFromZero)
        features = try reader.matrix()
    }
}
