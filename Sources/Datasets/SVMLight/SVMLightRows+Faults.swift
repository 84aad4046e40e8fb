// What is said of a line that is none of the format: off the path of lines that are.

extension SVMLightRows {
    func labelFault(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int, _ what: String) -> Fault {
        let token = Self.token(bytes, index)
        let hint =
            token.contains(",")
            ? "A row has one label; lists of labels are not supported."
            : token.contains(":") ? "The label comes first: label index:value …" : "A label is a number."
        return Fault(column: index + 1, what: "the label, \(what)", hint: hint)
    }

    @inline(never)
    func featureFault(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ feature: Int, _ previous: Int
    ) -> Fault {
        let token = Self.token(bytes, start)
        func fault(_ what: String, _ hint: String) -> Fault { Fault(column: start + 1, what: what, hint: hint) }
        if startsQuery(bytes, start) {
            return fault("\(token) is not behind the label", "Move it there, or remove it.")
        }
        if feature > SVMLight.mostFeatures {
            return fault(
                "\(token): a feature beyond \(SVMLight.mostFeatures)", "Number the features that occur from 1 on.")
        }
        if end == start || end == bytes.count || bytes[end] != UInt8(ascii: ":") {
            return fault(
                "\(token) is no feature", "A feature is index:value, with a whole number for its index.")
        }
        if feature == previous {
            return fault("feature \(feature) for a second time", "A line names each feature once.")
        }
        if feature < previous {
            return fault(
                "feature \(feature) behind feature \(previous)", "Sort the features of each line by index.")
        }
        return fault("feature 0, though features count from 1", "Say that they count from 0.")
    }
}
