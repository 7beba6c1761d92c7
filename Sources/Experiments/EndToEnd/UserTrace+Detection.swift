import WorkloadGeneration

extension Configuration {
  /// The configuration with a trace in a file in place of the production workload's, whatever the file's form.
  ///
  /// - Throws: ``UsageError`` for a file that cannot be read or has none of the forms.
  public func withTrace(_ path: String) throws -> Configuration {
    var configuration = self
    do {
      let format = try TraceFormat.detect(Array(try FileStore.read(path).utf8), path: path)
      configuration.endToEnd.userTrace = try UserTrace(
        format == .azureFunctions ? .functions : .requests, path: path)
    } catch let error as WorkloadError {
      throw UsageError(error.description)
    } catch let error as ExperimentError {
      throw UsageError(error.description)
    }
    return configuration
  }
}
