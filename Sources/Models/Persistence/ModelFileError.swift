/// A model file that cannot be read or used.
public struct ModelFileError: Error, Equatable, CustomStringConvertible {
    /// Whether the file is not there at all.
    public let isMissing: Bool
    /// What is wrong and where.
    public let message: String
    /// What to do, or nil.
    public let hint: String?

    package init(_ message: String, hint: String? = nil, isMissing: Bool = false) {
        (self.message, self.hint, self.isMissing) = (message, hint, isMissing)
    }

    /// One or two lines.
    public var description: String { hint.map { "\(message)\n\($0)" } ?? message }
}

/// A file that cannot be written; what stood there before still does. A pipe or a device may have taken a part.
public struct WriteError: Error, Equatable, CustomStringConvertible {
    private let failure: String
    private let isStream: Bool

    /// What failed, on which path, and what to do.
    public var description: String {
        failure + (isStream ? "\nChoose another place." : "\nNothing was changed; choose another place, or make room.")
    }

    init(_ action: String, _ path: String, errno code: Int32) {
        self.init("cannot write \(path): \(action) failed: \(FileOps.message(code))", isStream: false)
    }

    private init(_ failure: String, isStream: Bool) { (self.failure, self.isStream) = (failure, isStream) }

    /// The same failure of what is no file.
    var ofStream: WriteError { WriteError(failure, isStream: true) }
}

/// A file that another process is writing.
public struct BusyError: Error, Equatable, CustomStringConvertible {
    /// Which.
    public let description: String

    init(_ path: String) {
        description = "\(path) is being written by another process\nWait for it, or choose another output."
    }
}
